// The `claims` parameter of a sign-in: what this client can do, and what a service demands.

/**
 * Declares that this client understands claims challenges (`cp1`), merged with the challenge to meet.
 * Source: Microsoft identity platform, "Claims challenges and client capabilities".
 */
export function withClientCapabilities(claims: string | undefined): string {
  let challenge: { access_token?: Record<string, unknown> } = {};
  try {
    challenge = Object(JSON.parse(claims ?? '{}'));
  } catch {
    // A challenge that is no JSON asks for nothing that can be met; signing in afresh is still the way on.
  }
  return JSON.stringify({
    ...challenge,
    access_token: { ...challenge.access_token, xms_cc: { values: ['cp1'] } },
  });
}

/** What a write demands of a sign-in that is older than ten minutes. Source: Graph, "authentication methods API". */
export const freshSignInClaims = JSON.stringify({ access_token: { amr: { essential: true, values: ['ngcmfa'] } } });
