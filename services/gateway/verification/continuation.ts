// Decides whether a token may go on with a verification: order another text or confirm its code.
import { Problem } from '../problems.ts';
import { challengeLifetimeMs } from './challenge.ts';
import type { StoredChallenge } from './store.ts';
import type { User } from './user.ts';

/**
 * The token must be of the client, and of the session if one is known, that started the verification, and still prove the
 * second factor. The caller has found the challenge by the user of the token.
 * @param stepUpClaims for a token that does not prove it
 * @throws Problem; `not-found` for a verification of another client or session
 */
export function checkContinuation(
  challenge: Pick<StoredChallenge, 'client' | 'session' | 'state' | 'error' | 'created_at'>,
  user: Omit<User, 'oid'>,
  now: number,
  stepUpClaims: string,
): void {
  const isSameSession = challenge.session === null || challenge.session === user.session;
  if (challenge.state === 'cancelled' || challenge.client !== (user.client ?? null) || !isSameSession)
    throw new Problem('not-found');
  if (user.secondFactor.later !== 'proven') throw new Problem('needs-step-up', { claims: stepUpClaims });
  if (challenge.state === 'failed')
    throw new Problem(
      challenge.error ?? 'service-unavailable',
      challenge.error === 'too-many-attempts' ? { attemptsLeft: 0 } : {},
    );
  if (challenge.state !== 'sent') throw new Problem('code-used');
  if (now >= challenge.created_at + challengeLifetimeMs) throw new Problem('code-expired');
}
