// Authorization code flow with PKCE, and token refresh.
import * as oauth from 'oauth4webapi';
import { clouds } from '../../shared/model/clouds.ts';
import { IdentityError } from '../../shared/model/errors.ts';
import type { Connection } from '../../shared/model/rows.ts';
import { effectivePolicy } from '../../shared/policy/effective-policy.ts';
import { type Network, overNetwork } from '../network.ts';
import type { Platform } from '../platform.ts';
import { withClientCapabilities } from './claims.ts';
import { discover } from './discovery.ts';
import { errorOfOAuth } from './sign-in-errors.ts';
import type { Tokens } from './token-vault.ts';

export type SignInTarget = Pick<Connection, 'cloud' | 'id' | 'clientId' | 'scopes'>;

export interface AuthorizeOptions {
  interactive: boolean;
  prompt?: 'select_account' | 'login' | 'none';
  loginHint?: string;
  /** Claims challenge as JSON text. */
  claims?: string;
  /** Requests an ID token only. */
  identityOnly?: boolean;
}

/** The user closed the window. */
export class SignInCancelled extends Error {}

/** For connections without managed policy: docs/decisions/microsoft-graph-permission.md */
const { scopes: defaultScopes } = effectivePolicy(undefined);

export function graphScope({ cloud, scopes = defaultScopes }: Pick<Connection, 'cloud' | 'scopes'>): string {
  return scopes.map((permission) => `https://${clouds[cloud].graph}/${permission}`).join(' ');
}

export function createAuthorize(
  dependencies: Pick<Platform, 'memory' | 'redirectUri' | 'now'> & {
    network: Network;
    launch: Platform['launchSignIn'];
  },
) {
  const { network, memory, launch, redirectUri, now } = dependencies;
  const viaNetwork = overNetwork(network);

  /** Cached for the browser session. */
  async function serverOf({ cloud, id }: SignInTarget): Promise<oauth.AuthorizationServer> {
    const key = `metadata:${cloud}:${id}`;
    const cached = (await memory.get(key))[key];
    if (cached) return cached as oauth.AuthorizationServer;
    const { server } = await discover(cloud, id, network);
    await memory.set({ [key]: server });
    return server;
  }

  async function authorize(target: SignInTarget, options: AuthorizeOptions): Promise<SignedIn> {
    try {
      const server = await serverOf(target);
      const client: oauth.Client = { client_id: target.clientId };
      const verifier = oauth.generateRandomCodeVerifier();
      const state = oauth.generateRandomState();
      const nonce = oauth.generateRandomNonce();
      const url = new URL(server.authorization_endpoint as string);
      url.search = new URLSearchParams({
        client_id: target.clientId,
        response_type: 'code',
        redirect_uri: redirectUri,
        scope: options.identityOnly ? 'openid profile' : `openid profile offline_access ${graphScope(target)}`,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        claims: withClientCapabilities(options.claims),
        ...(options.prompt ? { prompt: options.prompt } : {}),
        ...(options.loginHint ? { login_hint: options.loginHint } : {}),
      }).toString();
      const end = new URL(await launch(url.href, options.interactive));
      const parameters = oauth.validateAuthResponse(server, client, end, state);
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        oauth.None(),
        parameters,
        redirectUri,
        verifier,
        viaNetwork,
      );
      const answer = await oauth.processAuthorizationCodeResponse(
        server,
        await withClockSkew(client, response),
        response,
        { expectedNonce: nonce, requireIdToken: true },
      );
      return signedIn(answer, target, now());
    } catch (error) {
      if (error instanceof SignInCancelled) throw error;
      throw errorOfOAuth(error);
    }
  }

  /**
   * Gets tokens for a resource; the refresh token is rotated.
   * @throws IdentityError `signed-out` if the refresh token has expired
   */
  async function refresh(target: SignInTarget, refreshToken: string, scope: string): Promise<Tokens> {
    try {
      const server = await serverOf(target);
      const client: oauth.Client = { client_id: target.clientId };
      const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, {
        ...viaNetwork,
        additionalParameters: {
          scope: `openid profile offline_access ${scope}`,
          claims: withClientCapabilities(undefined),
        },
      });
      const answer = await oauth.processRefreshTokenResponse(server, await withClockSkew(client, response), response);
      return tokensOf(answer, scope, target, now(), refreshToken);
    } catch (error) {
      throw errorOfOAuth(error);
    }
  }

  return { authorize, refresh };
}

export type Authorize = ReturnType<typeof createAuthorize>;

/**
 * Takes the clock skew from the ID token's `iat`, so that a wrong clock does not prevent a sign-in; the nonce rejects old
 * tokens. The `Date` header is not available without a host permission.
 */
async function withClockSkew(client: oauth.Client, response: Response): Promise<oauth.Client> {
  const tolerant = { ...client, [oauth.clockTolerance]: 300 };
  try {
    const { id_token } = await response.clone().json();
    const payload = String(id_token).split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
    const { iat } = JSON.parse(atob(payload));
    return Number.isSafeInteger(iat)
      ? { ...tolerant, [oauth.clockSkew]: iat - Math.floor(Date.now() / 1000) }
      : tolerant;
  } catch {
    // The library reports a malformed ID token.
    return tolerant;
  }
}

/** @returns the resource of the first permission in a scope: the part before the last slash */
export function resourceOf(scope: string): string {
  const [first = ''] = scope.split(' ');
  return first.slice(0, first.lastIndexOf('/'));
}

function tokensOf(
  answer: oauth.TokenEndpointResponse,
  scope: string,
  { clientId }: SignInTarget,
  now: number,
  previous?: string,
): Tokens {
  const refreshToken = answer.refresh_token ?? previous;
  return {
    clientId,
    ...(refreshToken ? { refreshToken } : {}),
    access: {
      [resourceOf(scope)]: {
        token: answer.access_token,
        expiresAt: now + (answer.expires_in ?? 300) * 1000,
        scope: answer.scope ?? scope,
      },
    },
  };
}

export type SignedIn = ReturnType<typeof signedIn>;

function signedIn(answer: oauth.TokenEndpointResponse, target: SignInTarget, now: number) {
  const claims = oauth.getValidatedIdTokenClaims(answer) as Record<string, unknown>;
  const { tid, oid, preferred_username, name, login_hint } = claims;
  if (typeof tid !== 'string' || typeof oid !== 'string') throw new IdentityError('unexpected-answer');
  if (tid !== target.id) throw new IdentityError('account-not-allowed');
  const text = (claim: unknown, fallback: string) => (typeof claim === 'string' && claim ? claim : fallback);
  const userName = text(preferred_username, oid);
  return {
    accountId: `${tid}.${oid}`.toLowerCase(),
    userName,
    name: text(name, userName),
    loginHint: text(login_hint, userName),
    tokens: tokensOf(answer, graphScope(target), target, now),
  };
}
