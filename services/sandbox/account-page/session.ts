// Sessions of the account page: a sign-in at the sign-in service by authorization code, then a cookie.
import { createHash, randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import * as v from 'valibot';
import type { Directory } from '../directory.ts';
import { accountPageRedirectUri, clientIds, loginOrigin, tenantId } from '../login/applications.ts';
import type { Employee } from '../types.ts';

const tokens = v.object({ id_token: v.string() });
const cookieName = 'account_page';

export interface AccountSessions {
  employeeOf(cookies: string | undefined): Employee | undefined;
  /** @param back path of the account page to return to. @returns URL of the sign-in */
  begin(back: string): string;
  /** Redeems the code. @returns the path to return to and the cookie to set; undefined when the sign-in failed */
  complete(query: URLSearchParams): Promise<{ back: string; cookie: string } | undefined>;
  end(cookies: string | undefined): void;
  endFor(oid: string): void;
  reset(): void;
}

export function accountSessions(parts: {
  directory: Directory;
  fetch: (url: string, init?: RequestInit) => Promise<Response>;
}): AccountSessions {
  const sessions = new Map<string, string>();
  const pendingSignIns = new Map<string, { verifier: string; back: string }>();
  const keyOf = (cookies: string | undefined) =>
    cookies
      ?.split(/;\s*/)
      .find((cookie) => cookie.startsWith(`${cookieName}=`))
      ?.slice(cookieName.length + 1);

  return {
    employeeOf(cookies) {
      const oid = sessions.get(keyOf(cookies) ?? '');
      return oid === undefined ? undefined : parts.directory.employeeByOid(oid);
    },
    begin(back) {
      const [state, verifier] = [randomBytes(16).toString('base64url'), randomBytes(32).toString('base64url')];
      pendingSignIns.set(state, { verifier, back });
      const query = new URLSearchParams({
        client_id: clientIds.accountPage,
        response_type: 'code',
        redirect_uri: accountPageRedirectUri,
        scope: 'openid profile',
        state,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      });
      return `${loginOrigin}/${tenantId}/oauth2/v2.0/authorize?${query}`;
    },
    async complete(query) {
      const state = query.get('state') ?? '';
      const started = pendingSignIns.get(state);
      pendingSignIns.delete(state);
      const code = query.get('code');
      if (!started || code === null) return undefined;
      const response = await parts.fetch(`${loginOrigin}/${tenantId}/oauth2/v2.0/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: clientIds.accountPage,
          redirect_uri: accountPageRedirectUri,
          code,
          code_verifier: started.verifier,
        }),
      });
      if (!response.ok) return undefined;
      const { oid } = decodeJwt<{ oid: string }>(v.parse(tokens, await response.json()).id_token);
      const key = randomBytes(32).toString('base64url');
      sessions.set(key, oid);
      return { back: started.back, cookie: `${cookieName}=${key}; Path=/; Secure; HttpOnly; SameSite=Lax` };
    },
    end(cookies) {
      sessions.delete(keyOf(cookies) ?? '');
    },
    endFor(oid) {
      for (const [key, owner] of sessions) if (owner === oid) sessions.delete(key);
    },
    reset() {
      sessions.clear();
      pendingSignIns.clear();
    },
  };
}
