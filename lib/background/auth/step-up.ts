import { errorKinds, type IdentityError, identityErrorOf } from '../../shared/model/errors.ts';
import type { ApiAccess } from '../network.ts';
import { type Claims, parseClaims } from './claims.ts';

/** In one command, in case the service demands something else each time. */
export const maxSignIns = 3;

/** Whether the user has to sign in before the request can succeed. */
export function isSignInDemand({ kind }: IdentityError): boolean {
  return errorKinds[kind].ask === 'sign-in';
}

/**
 * Sends a request with an access token. If the service rejects the token, the request is sent once more with a token that was
 * renewed without the user, with the claims of the challenge.
 */
export async function withToken<Answer>(
  { accessToken, rejected }: Pick<ApiAccess, 'accessToken' | 'rejected'>,
  send: (token: string) => Promise<Answer>,
): Promise<Answer> {
  for (let isRetry = false; ; isRetry = true) {
    const token = await accessToken();
    try {
      return await send(token);
    } catch (thrown) {
      const { kind, claims, details } = identityErrorOf(thrown);
      // The token lacks something: the service may have been set up correctly by the time of the next request.
      if (kind === 'not-configured' && details.status) await rejected(token, undefined);
      if (kind !== 'signed-out' && claims === undefined) throw thrown;
      let challenge: Claims | undefined;
      try {
        challenge = claims === undefined ? undefined : parseClaims(claims, details);
      } catch (invalid) {
        await rejected(token, undefined);
        throw invalid;
      }
      const mayHelp = await rejected(token, challenge);
      if (isRetry || !mayHelp) throw thrown;
    }
  }
}
