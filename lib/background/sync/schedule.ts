// Decides when an account is synced. Times are milliseconds since 1970.

import { minPageSyncIntervalMs } from '../../shared/model/accounts-to-poll.ts';
import type { Account } from '../../shared/model/rows.ts';

/** `user`: requested by the user; `page`: a page is visible; `registration`: a page waits for a change at the service. */
export type SyncReason = 'user' | 'page' | 'start' | 'alarm' | 'registration';

const minute = 60_000;
const hour = 60 * minute;
/** Minimum time between two syncs, in ms. */
export const minIntervalMs: Record<SyncReason, number> = {
  user: 0,
  registration: 4_000,
  page: minPageSyncIntervalMs,
  start: minute,
  alarm: minute,
};

/** Alarms are later than this only after the browser was closed or the computer slept. */
const overdueMs = minute;
const minPostponementMs = 2 * minute;
/** Spreads the first syncs of many browsers after a common event, such as a new policy or the end of an outage. */
const spreadMs = hour;
/** Longer for overdue accounts, because many are overdue at the start of a working day. */
const overdueSpreadMs = 1.5 * hour;

export type SyncState = Partial<Pick<Account, 'syncedAt' | 'nextSyncAt' | 'syncError' | 'putOff' | 'recovery'>>;

export type SyncDecision = 'read' | 'nothing' | { postponeTo: number };

export function maySync(state: SyncState, reason: SyncReason, now: number): boolean {
  if ((state.syncError?.retryAt ?? 0) > now) return false;
  // Without tokens, a sync could only ask for a sign-in.
  if (!isRecoveryDue(state.recovery, now)) return false;
  if (reason === 'alarm' && (state.nextSyncAt ?? 0) > now) return false;
  // A sync that failed offline has sent nothing to the service.
  if (state.syncError?.kind === 'offline') return true;
  return now - Math.max(state.syncedAt ?? 0, state.syncError?.at ?? 0) >= minIntervalMs[reason];
}

function withJitter(now: number, random: () => number, spread: number): number {
  return now + minPostponementMs + (spread - minPostponementMs) * random();
}

export function decideSync(state: SyncState, reason: SyncReason, now: number, random: () => number): SyncDecision {
  if (!maySync(state, reason, now)) return 'nothing';
  if (reason !== 'start' && reason !== 'alarm') return 'read';
  const { syncedAt, nextSyncAt = 0, putOff = 0 } = state;
  if (nextSyncAt > now) return 'nothing';
  // Halved each time, so that frequent restarts do not postpone a sync forever.
  const spread = (syncedAt === undefined ? spreadMs : overdueSpreadMs) / 2 ** putOff;
  const isOverdue = now - nextSyncAt > overdueMs;
  return isOverdue && spread > minPostponementMs ? { postponeTo: withJitter(now, random, spread) } : 'read';
}

export type Recovery = NonNullable<Account['recovery']>;

/** Time from one silent sign-in of an account to the next, in ms; the last one repeats. */
const recoveryIntervals = [15 * minute, hour, 6 * hour, 24 * hour];

/** @returns the schedule after another silent sign-in, with a jitter of 20 % because a revocation affects many browsers at once */
export function nextRecovery(previous: Recovery | undefined, now: number, random: () => number): Recovery {
  const attempts = Math.min((previous?.attempts ?? 0) + 1, recoveryIntervals.length);
  return { attempts, at: now, nextAt: now + (recoveryIntervals[attempts - 1] ?? hour) * (1 + 0.2 * random()) };
}

/** Whether an account without tokens may be signed in silently. */
export function isRecoveryDue(recovery: Recovery | undefined, now: number): boolean {
  return (recovery?.nextAt ?? 0) <= now;
}

/** @returns the time of the sync after a successful one, with a jitter of 20 % */
export function nextSlowSync(now: number, random: () => number, hours: number): number {
  return now + hours * hour * (0.8 + 0.4 * random());
}

/** @returns the time of the sync after a failed one: an hour with a jitter of 50 %, so that retries do not come as one wave */
export function nextAfterFailure(now: number, retryAt: number | undefined, random: () => number): number {
  return Math.max(now + hour * (0.5 + random()), retryAt === undefined ? 0 : withJitter(retryAt, random, spreadMs));
}
