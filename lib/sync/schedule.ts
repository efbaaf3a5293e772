// When the cache follows the service: pure decisions on times in milliseconds.
import type { ErrorDetails } from '../identity/errors.ts';

/** Why a sync is asked for. A person's own asking and the re-read after a write are not held back. */
export type SyncReason = 'person' | 'page' | 'start' | 'alarm' | 'registration';

const minute = 60_000;
const hour = 60 * minute;
/** Least distance between two syncs, by reason: a person may ask any time, a page that waits for a new number asks often. */
export const leastDistance: Record<SyncReason, number> = {
  person: 0,
  registration: 4_000,
  page: minute,
  start: minute,
  alarm: minute,
};

interface SyncState {
  syncedAt?: number;
  nextSyncAt?: number;
  syncError?: ErrorDetails;
}

export function maySync(state: SyncState, reason: SyncReason, now: number): boolean {
  // What the service demanded holds for everybody.
  if ((state.syncError?.retryAt ?? 0) > now) return false;
  if (reason === 'alarm' && (state.nextSyncAt ?? 0) > now) return false;
  // Having been offline costs the service nothing, and what is shown says that it is old: a page that is looked at may
  // ask again at once, however new the picture is.
  if (state.syncError?.kind === 'offline') return true;
  return now - Math.max(state.syncedAt ?? 0, state.syncError?.at ?? 0) >= leastDistance[reason];
}

/** The next unasked sync after a good one, give or take a fifth, so that installations do not move together. */
export function nextSlowSync(now: number, random: () => number, hours = 6): number {
  return now + hours * hour * (0.8 + 0.4 * random());
}

/** The next unasked sync after a failed one: doubling from two minutes to an hour, of which up to half is chance;
 * so never sooner than a sync may be. */
export function nextAfterFailure(
  now: number,
  failures: number,
  retryAt: number | undefined,
  random: () => number,
): number {
  const ceiling = Math.min(hour, minute * 2 ** Math.min(failures, 12));
  return Math.max(now + ceiling * (0.5 + 0.5 * random()), (retryAt ?? 0) + ceiling * random());
}
