// When the cache follows the service: pure decisions on times in milliseconds.
import type { ErrorDetails } from '../../shared/model/errors.ts';
import { minPageSyncIntervalMs } from '../../shared/model/page-sync-interval.ts';

/** Why a sync is asked for. A person's own asking and the re-read after a write are not held back. */
export type SyncReason = 'person' | 'page' | 'start' | 'alarm' | 'registration';

const minute = 60_000;
const hour = 60 * minute;
/** Least distance between two syncs, by reason: a person may ask any time, a page that waits for a new number asks often. */
export const leastDistance: Record<SyncReason, number> = {
  person: 0,
  registration: 4_000,
  page: minPageSyncIntervalMs,
  start: minute,
  alarm: minute,
};

/** Later than any browser is with an alarm: the machine slept, or the browser was closed. */
const lateMs = minute;
/** No alarm comes sooner: what was to come before it would all come with it. */
const soonestMs = 2 * minute;
/**
 * What a whole organization does at one moment (a working day begins, a meeting is over, a policy comes, an outage ends) may
 * bring its installations to act unasked at one moment: each takes one of its own within this time.
 */
const spreadMs = hour;
/**
 * The same for what was read before and is overdue: longer, since that comes on top of each other when a working day begins,
 * and is of Friday in any case.
 */
const overdueSpreadMs = 1.5 * hour;

export interface SyncState {
  syncedAt?: number;
  nextSyncAt?: number;
  syncError?: ErrorDetails;
  /** How often the sync that is due was put off already. */
  putOff?: number;
}

/** What to do about an account's cache now: read, nothing, or read at a later time without being asked again. */
export type SyncDecision = 'read' | 'nothing' | { putOffTo: number };

export function maySync(state: SyncState, reason: SyncReason, now: number): boolean {
  // What the service demanded holds for everybody.
  if ((state.syncError?.retryAt ?? 0) > now) return false;
  if (reason === 'alarm' && (state.nextSyncAt ?? 0) > now) return false;
  // Having been offline costs the service nothing, and what is shown says that it is old: a page that is looked at may
  // ask again at once, however new the picture is.
  if (state.syncError?.kind === 'offline') return true;
  return now - Math.max(state.syncedAt ?? 0, state.syncError?.at ?? 0) >= leastDistance[reason];
}

/** A moment of its own, for what would come to many at once. */
function apart(now: number, random: () => number, within: number): number {
  return now + soonestMs + (within - soonestMs) * random();
}

export function decideSync(state: SyncState, reason: SyncReason, now: number, random: () => number): SyncDecision {
  if (!maySync(state, reason, now)) return 'nothing';
  if (reason !== 'start' && reason !== 'alarm') return 'read';
  const { syncedAt, nextSyncAt = 0, putOff = 0 } = state;
  // A start is no reason by itself: whoever looks asks at once, and otherwise the alarm comes in time.
  if (nextSyncAt > now) return 'nothing';
  // Each time by half as much, so that a lid which is opened again and again does not put it off for good.
  const within = (syncedAt === undefined ? spreadMs : overdueSpreadMs) / 2 ** putOff;
  return now - nextSyncAt > lateMs && within > soonestMs ? { putOffTo: apart(now, random, within) } : 'read';
}

/** The next unasked sync after a good one, give or take a fifth, so that installations do not move together. */
export function nextSlowSync(now: number, random: () => number, hours: number): number {
  return now + hours * hour * (0.8 + 0.4 * random());
}

/**
 * The next unasked sync after a failed one: in an hour, give or take half. Sooner serves nobody, since whoever looks asks at
 * once; and after an outage the short waits of those who met its end would come as one wave. A time that the service names
 * is the same for everybody.
 */
export function nextAfterFailure(now: number, retryAt: number | undefined, random: () => number): number {
  return Math.max(now + hour * (0.5 + random()), retryAt === undefined ? 0 : apart(retryAt, random, spreadMs));
}
