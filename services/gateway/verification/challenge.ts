import { Problem, type ProblemKind } from '../problems.ts';
import { cooldown } from './caps.ts';
import { codeLifetimeMs } from './code-check.ts';
import { codeLength } from './codes.ts';
import type { StoredChallenge, StoredSend } from './store.ts';

/** No code is sent or accepted from this age on, because the sign-in that started the verification ages, too. */
export const challengeLifetimeMs = 30 * 60_000;

/** The answer to a client. Times are milliseconds since 1970 by the gateway's clock, which `now` tells. */
export interface Challenge {
  id: string;
  state: 'sent' | 'confirmed' | 'writing' | 'done' | 'failed';
  sentTo: string;
  codeLength: number;
  sentAt: number;
  expiresAt: number;
  resendAt: number;
  attemptsLeft: number;
  now: number;
  error?: { kind: ProblemKind; at: number };
  smsSignIn?: string;
}

/**
 * @param newest the newest text; deleted a day after it was sent
 * @param capsFullUntil when the user's caps leave room for another text
 * @throws Problem `not-found` for a cancelled verification
 */
export function challengeOf(
  challenge: StoredChallenge,
  newest: StoredSend | undefined,
  capsFullUntil: number,
  now: number,
): Challenge {
  const { id, state, masked, tries_left, created_at, sms_sign_in } = challenge;
  if (state === 'cancelled') throw new Problem('not-found');
  const sentAt = newest?.at ?? created_at;
  const expiresAt = Math.min(sentAt + codeLifetimeMs, created_at + challengeLifetimeMs);
  const error = errorOf(challenge, newest, expiresAt, now);
  const isOver = now >= created_at + challengeLifetimeMs;
  return {
    id,
    state: state === 'sent' && isOver && error?.kind === 'code-expired' ? 'failed' : state,
    sentTo: masked,
    codeLength,
    sentAt,
    expiresAt,
    resendAt: Math.max(newest && newest.delivery !== 'refused' ? sentAt + cooldown.windowMs : sentAt, capsFullUntil),
    attemptsLeft: tries_left,
    now,
    ...(error ? { error } : {}),
    ...(sms_sign_in === null ? {} : { smsSignIn: sms_sign_in }),
  };
}

function errorOf(
  { state, error, error_at, created_at }: StoredChallenge,
  newest: StoredSend | undefined,
  expiresAt: number,
  now: number,
): Challenge['error'] {
  if (error) return { kind: error, at: error_at ?? created_at };
  if (state !== 'sent') return undefined;
  if (now >= expiresAt) return { kind: 'code-expired', at: expiresAt };
  if (newest?.delivery === 'unknown' || newest?.delivery === 'refused') return { kind: 'send-failed', at: newest.at };
  return undefined;
}
