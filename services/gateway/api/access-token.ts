// Checks access tokens, the only authorization of the gateway.
import * as jose from 'jose';
import * as v from 'valibot';
import type { Clock, GatewayConfiguration } from '../configuration.ts';
import type { Log } from '../log.ts';
import { causeOf, type Fetch } from '../outgoing.ts';
import { Problem } from '../problems.ts';
import type { User } from '../verification/user.ts';
import { judgeSecondFactor, toleranceMs } from './second-factor.ts';
import { keysCooldownMs, missingClaim, problemOfVerification, settingOfVersion } from './token-problem.ts';

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
 * Checks the header `Authorization`. What the token proves about the second factor is left to the routes.
 * @throws Problem `signed-out`, `not-permitted` (scope or client), `not-configured` (the app registration issues tokens
 * of version 1.0 or without a claim), `service-unavailable` (keys cannot be read)
 */
export function createAccessTokenCheck(
  configuration: GatewayConfiguration,
  { fetch, clock, log }: { fetch: Fetch; clock: Clock; log: Log },
): (authorization: string | undefined) => Promise<User> {
  const { loginOrigin, tenantId, clientId, allowedClients, authenticationContext } = configuration;
  const keys = jose.createRemoteJWKSet(new URL(`${loginOrigin}/${tenantId}/discovery/v2.0/keys`), {
    [jose.customFetch]: fetch,
    cooldownDuration: keysCooldownMs,
  });

  /** An error of the operator: a sign-in would not mend it. */
  function misconfigured(why: {
    event: 'token-version-1' | 'token-without-claim';
    claim?: string;
    setting: string;
  }): Problem {
    log({ level: 'error', ...why });
    const what = why.claim ? `has no claim ${why.claim}` : 'has version 1.0';
    return new Problem('not-configured', { detail: `The access token ${what}: ${why.setting}.` });
  }

  return async (authorization) => {
    // The empty text is no token, and refused like one.
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization ?? '')?.[1] ?? '';
    const now = clock.now();
    const issuer = `${loginOrigin}/${tenantId}/v2.0`;
    const wereKeysJustRead = keys.coolingDown;
    const { payload } = await jose
      .jwtVerify(token, keys, {
        issuer: [issuer, ...version1Hosts.map((host) => `https://${host}/${tenantId}/`)],
        audience: [clientId, `api://${clientId}`],
        algorithms: ['RS256'],
        clockTolerance: toleranceMs / 1000,
        currentDate: new Date(now),
        requiredClaims: ['exp', 'iat'],
      })
      .catch((error: unknown) => {
        const problem = problemOfVerification(error, wereKeysJustRead, now);
        if (problem.kind === 'service-unavailable')
          log({ level: 'warn', event: 'keys-not-read', cause: causeOf(error) });
        throw problem;
      });
    const missing = missingClaim(payload, ['tid', 'oid']);
    if (missing) throw misconfigured({ event: 'token-without-claim', ...missing });
    const parsed = v.safeParse(Claims, payload);
    if (!parsed.success || parsed.output.tid !== tenantId) throw new Problem('signed-out');
    if (payload.iss !== issuer) throw misconfigured({ event: 'token-version-1', setting: settingOfVersion });
    const claims = parsed.output;
    // An application has no phone, and its roles would bypass every limit of the user that it names.
    if (claims.idtyp !== 'user') {
      log({ level: 'warn', event: 'application-token-refused', client: claims.azp });
      throw new Problem('not-permitted');
    }
    const missingOfClient = missingClaim(payload, allowedClients ? ['scp', 'azp'] : ['scp']);
    if (missingOfClient) throw misconfigured({ event: 'token-without-claim', ...missingOfClient });
    if (!claims.scp.split(' ').includes('PhoneVerification')) {
      log({ level: 'warn', event: 'scope-refused', client: claims.azp });
      throw new Problem('not-permitted', { detail: 'The access token lacks the scope PhoneVerification.' });
    }
    if (allowedClients && !allowedClients.includes(claims.azp ?? '')) {
      log({ level: 'warn', event: 'client-refused', client: claims.azp });
      throw new Problem('not-permitted', { detail: 'The client is not one of ALLOWED_CLIENTS.' });
    }

    const secondFactor = judgeSecondFactor(claims, authenticationContext, now);
    if (secondFactor.atStart === 'claim-missing')
      log({ level: 'error', event: 'token-without-auth-time', setting: 'optionalClaims.accessToken' });
    return { oid: claims.oid, client: claims.azp, session: claims.sid, secondFactor };
  };
}
