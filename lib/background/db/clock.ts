// Timestamps in the future are moved to now, so that a corrected clock does not delay work.

import { freshnessMs } from '../../shared/model/command-row.ts';
import type { Account } from '../../shared/model/rows.ts';
import type { Read } from '../../shared/tables/tables.ts';
import type { Database } from './database.ts';

/** Smaller corrections of the clock are normal. */
const toleranceMs = 10_000;

/** The tables with timestamps that work waits for. */
export const timedTables = ['outbox', 'verifications', 'registrations', 'accounts', 'silentSignIns'] as const;

/** Checked before {@link moveFutureRows}, because its write transactions take longer and rarely have anything to do. */
export function hasFutureRows(rows: Read<(typeof timedTables)[number]>, now: number): boolean {
  const { outbox, verifications, registrations, accounts, silentSignIns } = rows;
  const times = [
    ...[...outbox, ...verifications, ...registrations].map(newest),
    ...accounts.map(readAt),
    ...silentSignIns.map(({ at = 0 }) => at),
  ];
  return times.some((time) => time > now + toleranceMs);
}

export async function moveFutureRows(
  { accounts, outbox, verifications, registrations, silentSignIns }: Database,
  now: number,
): Promise<void> {
  const latest = now + toleranceMs;
  // The age of a click that was not carried out is unknown, so it expires.
  const expired = freshnessMs + 1;
  await outbox
    .filter((row) => newest(row) > latest)
    .modify((row) => {
      const isClick = row.state === 'accepted' || (row.state === 'requested' && row.sentAt === undefined);
      moveBack(row, now, newest(row) - now + (isClick ? expired : 0));
    });
  await verifications
    .filter((row) => newest(row) > latest)
    .modify((row) => {
      moveBack(row, now, newest(row) - now);
      if (row.request && !row.request.isSent) row.request.clickedAt -= expired;
    });
  await registrations.filter((row) => newest(row) > latest).modify((row) => moveBack(row, now, newest(row) - now));
  await accounts.filter((row) => readAt(row) > latest).modify((row) => moveBack(row, now, readAt(row) - now));
  await silentSignIns.filter(({ at = 0 }) => at > latest).modify((row) => moveBack(row, now, (row.at ?? 0) - now));
}

type TimedRow = Partial<Record<'createdAt' | 'startedAt' | 'readAt', number>> & { request?: { clickedAt: number } };

/** A change after the correction sets only `updatedAt`. The other times are of the past; `readAt` is seconds ahead at most. */
function newest(row: TimedRow & { updatedAt: number }): number {
  const { updatedAt, createdAt = 0, startedAt = 0, readAt = 0, request } = row;
  return Math.max(updatedAt, createdAt, startedAt, readAt, request?.clickedAt ?? 0);
}

function readAt({ syncedAt = 0, syncError, recovery }: Account): number {
  return Math.max(syncedAt, syncError?.at ?? 0, recovery?.at ?? 0);
}

/** By the names of timestamps: `at`, `…At` and `settleBy`. A part with its own `at` may be newer than the correction. */
function moveBack(row: object, now: number, by: number): void {
  const fields = row as Record<string, unknown>;
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'number' && /^at$|At$|^settleBy$/.test(name)) fields[name] = value - by;
    else if (typeof value === 'object' && value !== null) {
      moveBack(value, now, 'at' in value && typeof value.at === 'number' ? Math.max(0, value.at - now) : by);
    }
  }
}
