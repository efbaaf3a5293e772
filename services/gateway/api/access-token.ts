// Checks access tokens, the only authorization of the gateway.
import * as jose from 'jose';
import * as v from 'valibot';
import type { Clock, GatewayConfiguration } from '../configuration.ts';
import type { Log } from '../log.ts';
import { Problem } from '../problems.ts';
import type { User } from '../verification/verifications.ts';

/** Graph's limit for the age of a sign-in when users write their own phones. */
const recentSignInMs = 10 * 60_000;
/** Tolerates clock skew between the sign-in service and this server. */
const toleranceSeconds = 60;

const Claims = v.object({
  oid: v.pipe(v.string(), v.uuid(), v.toLowerCase()),
  tid: v.string(),
  iat: v.number(),
  idtyp: v.optional(v.string(), 'user'),
  scp: v.optional(v.string(), ''),
  auth_time: v.optional(v.number()),
  acrs: v.optional(
    v.union([
      v.array(v.string()),
      v.pipe(
        v.string(),
        v.transform((one) => [one]),
      ),
    ]),
    [],
  ),
  azp: v.optional(v.string()),
  sid: v.optional(v.string()),
});

/**
 * Issuers of version 1.0 tokens in Microsoft's clouds. Source: Microsoft identity platform, "Access token claims
 * reference" and "National clouds".
 */
const version1Hosts = ['sts.windows.net', 'sts.chinacloudapi.cn'];

/**
 * Checks the header `Authorization`. The claim `auth_time` tells whether the sign-in was recent (in Entra ID an optional
 * claim of the gateway's app registration). With an authentication context, whose policy demands a sign-in every time, a
 * newly issued token with that context in `acrs` proves it instead.
 * @throws Problem `signed-out`, `not-permitted` (scope or client), `not-configured` (the app registration issues version
 * 1.0 tokens), `service-unavailable` (keys cannot be read)
 */
export function createAccessTokenCheck(
  configuration: GatewayConfiguration,
  { fetch, clock, log }: { fetch: typeof globalThis.fetch; clock: Clock; log: Log },
): (authorization: string | undefined) => Promise<User> {
  const { loginOrigin, tenantId, clientId, allowedClients, authenticationContext } = configuration;
  const keys = jose.createRemoteJWKSet(new URL(`${loginOrigin}/${tenantId}/discovery/v2.0/keys`), {
    [jose.customFetch]: fetch,
  });

  return async (authorization) => {
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization ?? '')?.[1];
    if (!token) throw new Problem('signed-out');
    const now = clock.now();
    const issuer = `${loginOrigin}/${tenantId}/v2.0`;
    const { payload } = await jose
      .jwtVerify(token, keys, {
        issuer: [issuer, ...version1Hosts.map((host) => `https://${host}/${tenantId}/`)],
        audience: [clientId, `api://${clientId}`],
        algorithms: ['RS256'],
        clockTolerance: toleranceSeconds,
        currentDate: new Date(now),
        requiredClaims: ['exp', 'iat'],
      })
      .catch((error: unknown) => {
        throw new Problem(isTokenInvalid(error) ? 'signed-out' : 'service-unavailable');
      });
    const parsed = v.safeParse(Claims, payload);
    if (!parsed.success || parsed.output.tid !== tenantId) throw new Problem('signed-out');
    if (payload.iss !== issuer) {
      log({ level: 'error', event: 'token-version-1', setting: 'requestedAccessTokenVersion' });
      throw new Problem('not-configured');
    }
    const claims = parsed.output;
    // An application has no phone, and its roles would bypass every limit of the user that it names.
    if (claims.idtyp !== 'user') {
      log({ level: 'warn', event: 'application-token-refused', client: claims.azp });
      throw new Problem('not-permitted');
    }
    if (!claims.scp.split(' ').includes('PhoneVerification')) throw new Problem('not-permitted');
    if (allowedClients && !(claims.azp && allowedClients.includes(claims.azp))) throw new Problem('not-permitted');

    const signedInAt = authenticationContext
      ? claims.acrs.includes(authenticationContext)
        ? claims.iat
        : undefined
      : claims.auth_time;
    const isTimeMissing = !authenticationContext && signedInAt === undefined;
    if (isTimeMissing) {
      log({ level: 'error', event: 'token-without-auth-time', setting: 'optionalClaims.accessToken' });
    }
    const age = signedInAt === undefined ? Number.POSITIVE_INFINITY : now - signedInAt * 1000;
    return {
      oid: claims.oid,
      client: claims.azp,
      session: claims.sid,
      signedInRecently: isTimeMissing ? undefined : age <= recentSignInMs && age >= -toleranceSeconds * 1000,
    };
  };
}

/** The claims for the next sign-in: Graph's own fresh sign-in claim, or the authentication context. */
export function stepUpClaims(configuration: GatewayConfiguration): string {
  const { authenticationContext } = configuration;
  return JSON.stringify({
    access_token: authenticationContext
      ? { acrs: { essential: true, value: authenticationContext } }
      : { amr: { essential: true, values: ['ngcmfa'] } },
  });
}

/** jose also throws when it cannot fetch or read the keys, which says nothing about the token. */
function isTokenInvalid(error: unknown): boolean {
  return (
    error instanceof jose.errors.JWTClaimValidationFailed ||
    error instanceof jose.errors.JWTExpired ||
    error instanceof jose.errors.JWTInvalid ||
    error instanceof jose.errors.JWSInvalid ||
    error instanceof jose.errors.JWSSignatureVerificationFailed ||
    error instanceof jose.errors.JOSEAlgNotAllowed ||
    error instanceof jose.errors.JOSENotSupported ||
    error instanceof jose.errors.JWKSNoMatchingKey ||
    error instanceof jose.errors.JWKSMultipleMatchingKeys
  );
}
