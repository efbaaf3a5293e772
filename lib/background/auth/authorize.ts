// Authorization code flow with PKCE, and token refresh.
import * as oauth from 'oauth4webapi';
import * as v from 'valibot';
import { clouds } from '../../shared/model/clouds.ts';
import { detailsOf, IdentityError } from '../../shared/model/errors.ts';
import type { Connection } from '../../shared/model/rows.ts';
import { maskIfNumber } from '../../shared/phone/mask.ts';
import { effectivePolicy } from '../../shared/policy/effective-policy.ts';
import { type Network, overNetwork } from '../network.ts';
import type { Platform } from '../platform.ts';
import { asksToWait, isWaiting, nextBackoff, parseBackoff } from './backoff.ts';
import { type Claims, clientCapabilities, mergeClaims } from './claims.ts';
import { discover, type Metadata, MetadataSchema } from './discovery.ts';
import { errorOfOAuth } from './sign-in-errors.ts';
import type { Tokens } from './token-vault.ts';

export type SignInTarget = Pick<Connection, 'cloud' | 'id' | 'clientId' | 'scopes'>;

export interface AuthorizeOptions {
  interactive: boolean;
  prompt?: 'select_account' | 'login' | 'none';
  loginHint?: string;
  /** What the sign-in has to satisfy, beside the client capabilities. */
  claims?: Claims | undefined;
  /** Requests an ID token only. */
  identityOnly?: boolean;
  /** Aborted when the user abandons the sign-in: the late answer of its window is ignored. */
  signal?: AbortSignal;
  /** Called before the code of the answer is redeemed. */
  codeReceived?(): Promise<void>;
}

/** The user closed the window. */
export class SignInCancelled extends IdentityError {
  constructor() {
    super('sign-in-not-finished');
  }
}

/** Access tokens are renewed this long before they expire, or after half of their lifetime if that is later. */
const renewalMarginMs = 60_000;

/** For connections without managed policy: docs/decisions/microsoft-graph-permission.md */
const { scopes: defaultScopes } = effectivePolicy(undefined);

export function graphScope({ cloud, scopes = defaultScopes }: Pick<Connection, 'cloud' | 'scopes'>): string {
  return scopes.map((permission) => `https://${clouds[cloud].graph}/${permission}`).join(' ');
}

export function createAuthorize(
  dependencies: Pick<Platform, 'memory' | 'redirectUri' | 'now' | 'random'> & {
    network: Network;
    launch: Platform['launchSignIn'];
  },
) {
  const { network, memory, launch, redirectUri, now, random } = dependencies;
  const viaNetwork = overNetwork(network);

  /** Cached for the browser session. */
  async function serverOf({ cloud, id }: SignInTarget): Promise<Metadata> {
    const key = `metadata:${cloud}:${id}`;
    const cached = v.safeParse(MetadataSchema, (await memory.get(key))[key]);
    if (cached.success) return cached.output;
    const { server } = await discover(cloud, id, network, now());
    await memory.set({ [key]: server });
    return server;
  }

  /** Runs a request, unless the service has asked to wait. @param scope for the details of an error */
  async function run<Result>({ cloud }: SignInTarget, scope: string, request: () => Promise<Result>): Promise<Result> {
    const key = `backoff:${clouds[cloud].login}`;
    const backoff = parseBackoff((await memory.get(key))[key]);
    if (isWaiting(backoff, now())) {
      throw new IdentityError('service-unavailable', { at: now(), retryAt: backoff.until });
    }
    try {
      const result = await request();
      if (backoff.failures > 0) await memory.remove(key);
      return result;
    } catch (thrown) {
      const error = await errorOfOAuth(thrown, now());
      if (error.details.code) error.details.scope = scope;
      if (asksToWait(error.details)) {
        const next = nextBackoff(backoff, error.details.retryAt, now(), random);
        error.details.retryAt = next.until;
        await memory.set({ [key]: next });
      }
      throw error;
    }
  }

  /**
   * Without a host permission, an answer that other origins may not read looks like a lost connection. Discovery, which every
   * origin may read, tells them apart.
   * @throws IdentityError `service-unavailable` with code `unreadable-answer` if discovery answers
   */
  async function readable({ cloud, id }: SignInTarget, answer: Promise<Response>): Promise<Response> {
    return answer.catch(async (thrown) => {
      if (detailsOf(thrown).kind !== 'offline') throw thrown;
      await discover(cloud, id, network, now());
      throw new IdentityError('service-unavailable', { code: 'unreadable-answer' });
    });
  }

  function authorize(target: SignInTarget, options: AuthorizeOptions): Promise<SignedIn> {
    const permissions = graphScope(target);
    return run(target, permissions, async () => {
      const server = await serverOf(target);
      const client: oauth.Client = { client_id: target.clientId };
      const verifier = oauth.generateRandomCodeVerifier();
      const state = oauth.generateRandomState();
      const nonce = oauth.generateRandomNonce();
      const url = new URL(server.authorization_endpoint);
      url.search = new URLSearchParams({
        client_id: target.clientId,
        response_type: 'code',
        redirect_uri: redirectUri,
        scope: options.identityOnly ? 'openid profile' : `openid profile offline_access ${permissions}`,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        claims: claimsParameter(options.claims),
        ...(options.prompt ? { prompt: options.prompt } : {}),
        ...(options.loginHint ? { login_hint: options.loginHint } : {}),
      }).toString();
      const end = new URL(
        await launch(url.href, options.interactive, options.signal).catch(async (error) => {
          // Without a network, this request fails as well, and its error is the true one.
          if (detailsOf(error).kind === 'sign-in-page-not-loaded')
            await discover(target.cloud, target.id, network, now());
          throw error;
        }),
      );
      if (options.signal?.aborted) throw new SignInCancelled();
      if (end.origin + end.pathname !== redirectUri) throw new IdentityError('unexpected-answer');
      const parameters = oauth.validateAuthResponse(server, client, end, state);
      await options.codeReceived?.();
      const response = await readable(
        target,
        oauth.authorizationCodeGrantRequest(
          server,
          client,
          oauth.None(),
          parameters,
          redirectUri,
          verifier,
          viaNetwork,
        ),
      );
      const answer = await oauth.processAuthorizationCodeResponse(
        server,
        await withClockSkew(client, response),
        response,
        { expectedNonce: nonce, requireIdToken: true },
      );
      return signedIn(answer, target, now(), options.claims);
    });
  }

  /**
   * Gets tokens for a resource; the refresh token is rotated.
   * @throws IdentityError `signed-out` if the refresh token has expired; `claims` of the error is a challenge
   */
  function refresh(target: SignInTarget, refreshToken: string, scope: string, claims?: Claims): Promise<IssuedTokens> {
    return run(target, scope, async () => {
      const server = await serverOf(target);
      const client: oauth.Client = { client_id: target.clientId };
      const additionalParameters = {
        scope: `openid profile offline_access ${scope}`,
        claims: claimsParameter(claims),
      };
      const options = { ...viaNetwork, additionalParameters };
      const response = await readable(
        target,
        oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, options),
      );
      const answer = await oauth.processRefreshTokenResponse(server, await withClockSkew(client, response), response);
      return tokensOf(answer, scope, target, now(), claims, refreshToken);
    });
  }

  return { authorize, refresh };
}

export type Authorize = ReturnType<typeof createAuthorize>;

function claimsParameter(claims: Claims | undefined): string {
  return JSON.stringify(mergeClaims(claims, clientCapabilities));
}

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

/** Whether a granted scope has one of the permissions of another: in any order and case, with or without the resource. */
export function hasPermission(granted: string, wanted: string): boolean {
  const permissions = (scope: string) =>
    scope
      .toLowerCase()
      .split(/\s+/)
      .map((each) => each.split('/').at(-1));
  return !new Set(permissions(granted)).isDisjointFrom(new Set(permissions(wanted)));
}

type IssuedTokens = Pick<Tokens, 'clientId' | 'refreshToken' | 'access'>;

function tokensOf(
  answer: oauth.TokenEndpointResponse,
  scope: string,
  { clientId }: SignInTarget,
  now: number,
  claims: Claims | undefined,
  previous?: string,
): IssuedTokens {
  const refreshToken = answer.refresh_token ?? previous;
  const lifetimeMs = (answer.expires_in ?? 300) * 1000;
  return {
    clientId,
    ...(refreshToken ? { refreshToken } : {}),
    access: {
      [resourceOf(scope)]: {
        token: answer.access_token,
        renewAt: now + Math.max(lifetimeMs - renewalMarginMs, lifetimeMs / 2),
        scope: answer.scope ?? scope,
        claims,
      },
    },
  };
}

export type SignedIn = ReturnType<typeof signedIn>;

function signedIn(answer: oauth.TokenEndpointResponse, target: SignInTarget, now: number, asked: Claims | undefined) {
  const claims = oauth.getValidatedIdTokenClaims(answer) as Record<string, unknown>;
  const { tid, oid, preferred_username, email, upn, name, login_hint } = claims;
  if (typeof tid !== 'string' || typeof oid !== 'string') throw new IdentityError('unexpected-answer');
  if (tid !== target.id) throw new IdentityError('account-not-allowed');
  const text = (...some: unknown[]) => some.find((claim): claim is string => typeof claim === 'string' && claim !== '');
  const userName = text(preferred_username, email, upn);
  const hint = userName === undefined || maskIfNumber(userName) !== userName ? undefined : userName;
  // Never the object id, which means nothing to the user or to the service.
  return {
    accountId: `${tid}.${oid}`.toLowerCase(),
    // A number is masked before it is stored, and does not serve as a hint then.
    userName: maskIfNumber(text(userName, name) ?? ''),
    name: maskIfNumber(text(name, userName) ?? ''),
    loginHint: text(login_hint, hint) ?? '',
    tokens: { ...tokensOf(answer, graphScope(target), target, now, asked), signInClaims: asked },
  };
}
