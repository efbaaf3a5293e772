// Who asks: an access token of the gateway's own audience, from the tenant's own keys. Nothing else authorizes.
import * as jose from 'jose';
import * as v from 'valibot';
import type { Clock, GatewayConfiguration } from '../configuration.ts';
import type { Log } from '../log.ts';
import { Problem } from './problems.ts';

/** How old a sign-in may be when a verification starts: the rule Graph has for writes on oneself. */
const recentSignInMs = 10 * 60_000;
/** Between the clocks of the sign-in service and this server. */
const toleranceSeconds = 60;

export interface Person {
  /** The directory's object id: the only account this token may change. */
  oid: string;
  signedInRecently: boolean;
}

const Claims = v.object({
  oid: v.pipe(v.string(), v.uuid(), v.toLowerCase()),
  tid: v.string(),
  iat: v.number(),
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
});

/**
 * Reads `Authorization`. When the sign-in was recent is told by `auth_time` (OpenID Connect; in Entra ID an optional
 * claim of the gateway's app registration). Where an authentication context is configured, its policy with sign-in
 * frequency "every time" decides instead, and a newly issued token with that context in `acrs` is the proof.
 * @throws Problem `signed-out`, `not-permitted` (scope or client), `service-unavailable` (keys cannot be read)
 */
export function createAccessTokenCheck(
  configuration: GatewayConfiguration,
  { fetch, clock, log }: { fetch: typeof globalThis.fetch; clock: Clock; log: Log },
): (authorization: string | undefined) => Promise<Person> {
  const { loginOrigin, tenantId, clientId, allowedClients, authenticationContext } = configuration;
  const keys = jose.createRemoteJWKSet(new URL(`${loginOrigin}/${tenantId}/discovery/v2.0/keys`), {
    [jose.customFetch]: fetch,
  });

  return async (authorization) => {
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization ?? '')?.[1];
    if (!token) throw new Problem('signed-out');
    const now = clock.now();
    const { payload } = await jose
      .jwtVerify(token, keys, {
        issuer: `${loginOrigin}/${tenantId}/v2.0`,
        audience: [clientId, `api://${clientId}`],
        algorithms: ['RS256'],
        clockTolerance: toleranceSeconds,
        currentDate: new Date(now),
        requiredClaims: ['exp', 'iat'],
      })
      .catch((error: unknown) => {
        throw new Problem(isTokensFault(error) ? 'signed-out' : 'service-unavailable');
      });
    const parsed = v.safeParse(Claims, payload);
    if (!parsed.success || parsed.output.tid !== tenantId) throw new Problem('signed-out');
    const claims = parsed.output;
    if (!claims.scp.split(' ').includes('PhoneVerification')) throw new Problem('not-permitted');
    if (allowedClients && !(claims.azp && allowedClients.includes(claims.azp))) throw new Problem('not-permitted');

    const provenAt = authenticationContext
      ? claims.acrs.includes(authenticationContext)
        ? claims.iat
        : undefined
      : claims.auth_time;
    // The app registration lacks the optional claim: nobody could ever start.
    if (!authenticationContext && provenAt === undefined) log({ level: 'error', event: 'token-without-auth-time' });
    const age = provenAt === undefined ? Number.POSITIVE_INFINITY : now - provenAt * 1000;
    return {
      oid: claims.oid,
      signedInRecently: age <= recentSignInMs && age >= -toleranceSeconds * 1000,
    };
  };
}

/** What a client has to ask of the next sign-in. Facts: Graph's own fresh sign-in rule; Conditional Access contexts. */
export function stepUpClaims(configuration: GatewayConfiguration): string {
  const { authenticationContext } = configuration;
  return JSON.stringify({
    access_token: authenticationContext
      ? { acrs: { essential: true, value: authenticationContext } }
      : { amr: { essential: true, values: ['ngcmfa'] } },
  });
}

/** jose also throws when the keys could not be fetched or read: that says nothing about the token. */
function isTokensFault(error: unknown): boolean {
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
