// Decides what an access token proves about the second factor of the sign-in behind it.
import type { GatewayConfiguration } from '../configuration.ts';
import type { SecondFactor } from '../verification/user.ts';

/** The greatest age of the proof at the start; Graph's limit when users write their own phones. */
export const recentProofMs = 10 * 60_000;
/** Tolerates clock skew between the sign-in service and this server, as the check of the token does. */
export const toleranceMs = 60_000;

export interface ProofClaims {
  /** Seconds since 1970. */
  iat: number;
  /** Authentication contexts. Entra ID adds one only to a token whose request demanded it. */
  acrs: readonly string[];
  /** Seconds since 1970; in Entra ID an optional claim. */
  auth_time?: number | undefined;
}

/**
 * With an authentication context, whose policy demands multifactor authentication every time, only a new token that was
 * requested with it starts a verification; later the context suffices, because its token was demanded at the start.
 * Without one (SINGLE_FACTOR=allow), `auth_time` proves a recent sign-in, which may be a password alone.
 * @param now milliseconds since 1970
 */
export function judgeSecondFactor(
  { iat, acrs, auth_time }: ProofClaims,
  context: GatewayConfiguration['authenticationContext'],
  now: number,
): SecondFactor {
  if (context === undefined) {
    if (auth_time === undefined) return { atStart: 'claim-missing', later: 'proven' };
    return { atStart: isRecent(auth_time, now) ? 'proven' : 'step-up', later: 'proven' };
  }
  const later = acrs.includes(context) ? 'proven' : 'step-up';
  return { atStart: isRecent(iat, now) ? later : 'step-up', later };
}

function isRecent(seconds: number, now: number): boolean {
  const age = now - seconds * 1000;
  return age <= recentProofMs && age >= -toleranceMs;
}

/** The claims for the next sign-in: the authentication context, or Graph's own fresh sign-in claim. */
export function stepUpClaims(context: GatewayConfiguration['authenticationContext']): string {
  return JSON.stringify({
    access_token:
      context === undefined
        ? { amr: { essential: true, values: ['ngcmfa'] } }
        : { acrs: { essential: true, value: context } },
  });
}
