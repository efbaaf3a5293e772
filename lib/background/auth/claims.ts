/**
 * Adds the client capability `cp1` (claims challenges) to the claims of a challenge.
 * Source: Microsoft identity platform, "Claims challenges and client capabilities".
 * @param claims JSON text
 */
export function withClientCapabilities(claims: string | undefined): string {
  let challenge: { access_token?: Record<string, unknown> } = {};
  try {
    challenge = Object(JSON.parse(claims ?? '{}'));
  } catch {
    // A malformed challenge is ignored; a new sign-in may still help.
  }
  return JSON.stringify({
    ...challenge,
    access_token: { ...challenge.access_token, xms_cc: { values: ['cp1'] } },
  });
}

/** Graph requires these claims for writes more than ten minutes after sign-in. Source: Graph, "authentication methods API". */
export const freshSignInClaims = JSON.stringify({ access_token: { amr: { essential: true, values: ['ngcmfa'] } } });
