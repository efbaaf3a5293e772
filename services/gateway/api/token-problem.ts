// Tells an invalid token, an outage and a wrong app registration apart: only the first is mended by a sign-in.
import * as jose from 'jose';
import { Problem } from '../problems.ts';

/** After it the keys are read again for a token with an unknown key, so that such tokens cannot cause a read each. */
export const keysCooldownMs = 30_000;
const retryOutageMs = 5_000;

/**
 * @param wereKeysJustRead the keys were not read for this token: an unknown key may be newer than they are
 * @returns Problem `signed-out` or, when it cannot be known yet whether the token is valid, `service-unavailable`
 */
export function problemOfVerification(error: unknown, wereKeysJustRead: boolean, now: number): Problem {
  const isUnknownKey = error instanceof jose.errors.JWKSNoMatchingKey;
  if (isUnknownKey && wereKeysJustRead) return new Problem('service-unavailable', { retryAt: now + keysCooldownMs });
  if (isUnknownKey || isTokenInvalid(error)) return new Problem('signed-out');
  return new Problem('service-unavailable', { retryAt: now + retryOutageMs });
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
    error instanceof jose.errors.JWKSMultipleMatchingKeys
  );
}

/** What to check if a claim is missing that every version 2.0 access token of a user has. */
const settingOfClaim = {
  tid: 'the token must be issued by Entra ID for a user of a workforce tenant',
  oid: 'the token must be issued by Entra ID for a user of a workforce tenant',
  scp: 'the client must request the delegated permission PhoneVerification, not an application role',
  azp: 'set api.requestedAccessTokenVersion to 2 in the manifest of the gateway',
} as const;
export type NeededClaim = keyof typeof settingOfClaim;

export const settingOfVersion = 'set api.requestedAccessTokenVersion to 2 in the manifest of the gateway';

/** @returns the first of the claims that the token lacks */
export function missingClaim(
  payload: Readonly<Record<string, unknown>>,
  needed: readonly NeededClaim[],
): { claim: NeededClaim; setting: string } | undefined {
  const claim = needed.find((name) => payload[name] === undefined);
  return claim && { claim, setting: settingOfClaim[claim] };
}
