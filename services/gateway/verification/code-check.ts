// Judges a code that a user entered.
import type { Log } from '../log.ts';
import { Problem } from '../problems.ts';
import { wrongCodesCap } from './caps.ts';
import { isCodeOf } from './codes.ts';
import type { Store, StoredChallenge, StoredSend } from './store.ts';

/** NIST SP 800-63B-4 limits a code by text to ten minutes. */
export const codeLifetimeMs = 10 * 60_000;
export const maximumTries = 5;

/**
 * Counts a wrong code, so it must run in a transaction that commits whatever the result is.
 * @returns undefined when the code is right, otherwise the problem to answer
 */
export function checkCode(
  { store, codeKeys, log }: { store: Store; codeKeys: readonly Uint8Array[]; log: Log },
  challenge: StoredChallenge,
  code: string,
  now: number,
): Problem | undefined {
  const { oid, id, tries_left } = challenge;
  const [newest, ...older] = store.sends(oid, id);
  // Without its number, which a lost key leaves unreadable, a right code could not be told from a wrong one.
  if (!newest || challenge.phone_number === null || now >= newest.at + codeLifetimeMs)
    return new Problem('code-expired');
  const cappedSince = store.wrongCodeThatFillsCap(oid, wrongCodesCap, now);
  if (cappedSince !== undefined)
    return new Problem('too-many-attempts', {
      attemptsLeft: tries_left,
      retryAt: cappedSince + wrongCodesCap.windowMs,
    });
  const matches = (send: StoredSend) => isCodeOf(codeKeys, send, challenge, code);
  if (matches(newest)) return undefined;
  // Not counted: an older code proves that the user received a text, and it confirms nothing.
  if (older.some(matches)) return new Problem('code-replaced', { attemptsLeft: tries_left });

  const attemptsLeft = tries_left - 1;
  store.setTriesLeft(oid, id, attemptsLeft);
  store.insertWrongCode(oid, now);
  if (attemptsLeft > 0) return new Problem('wrong-code', { attemptsLeft });
  store.end(oid, id, 'failed', now, { error: 'too-many-attempts' });
  log({ level: 'warn', event: 'verification-locked', oid, id });
  return new Problem('too-many-attempts', { attemptsLeft: 0 });
}
