// A machine's clock that is put back leaves rows of the future behind, and what waits in them would wait for hours.

import { freshnessMs } from '../../shared/model/command-row.ts';
import type { ErrorDetails } from '../../shared/model/errors.ts';
import type { Account } from '../../shared/model/rows.ts';
import type { Read } from '../../shared/tables/tables.ts';
import type { Database } from './database.ts';

/** Clocks are put right by seconds all the time. */
const toleranceMs = 10_000;

/** The tables whose rows have times that something waits for. */
export const timedTables = ['outbox', 'verifications', 'registrations', 'accounts', 'silentSignIns'] as const;

/** Whether there is a row of the future. Read first: a transaction that writes is long, and nearly always there is none. */
export function isAheadOfClock(rows: Read<(typeof timedTables)[number]>, now: number): boolean {
  const { outbox, verifications, registrations, accounts, silentSignIns } = rows;
  const times = [
    ...[...outbox, ...verifications, ...registrations].map(({ updatedAt }) => updatedAt),
    ...accounts.map(readAt),
    ...silentSignIns.map(({ at = 0 }) => at),
  ];
  return times.some((time) => time > now + toleranceMs);
}

/** Takes every row of the future as one of this moment: all its times move along. */
export async function followClock(
  { accounts, outbox, verifications, registrations, silentSignIns }: Database,
  now: number,
) {
  const latest = now + toleranceMs;
  await outbox
    .where('updatedAt')
    .above(latest)
    .modify((entry) => {
      // Nobody can tell how long ago a click was that was not carried out: it no longer counts.
      const isClick = entry.state === 'accepted' || entry.state === 'requested';
      const back = entry.updatedAt - now + (isClick ? freshnessMs + 1 : 0);
      moveBack(entry, ['createdAt', 'updatedAt', 'readAt', 'settleBy'], back);
      moveBackError(entry.error, back);
    });
  await verifications
    .filter(({ updatedAt }) => updatedAt > latest)
    .modify((verification) => {
      const back = verification.updatedAt - now;
      moveBack(verification, ['startedAt', 'updatedAt', 'readAt', 'settleBy'], back);
      if (verification.challenge) moveBack(verification.challenge, ['sentAt', 'expiresAt', 'resendAt'], back);
      moveBackError(verification.error, back);
    });
  await registrations
    .filter(({ updatedAt }) => updatedAt > latest)
    .modify((registration) => moveBack(registration, ['startedAt', 'updatedAt'], registration.updatedAt - now));
  await accounts
    .filter((account) => readAt(account) > latest)
    .modify((account) => {
      const back = readAt(account) - now;
      moveBack(account, ['syncedAt', 'nextSyncAt'], back);
      moveBackError(account.syncError, back);
    });
  await silentSignIns.filter(({ at = 0 }) => at > latest).modify({ at: now });
}

/** When the service was last asked. */
function readAt({ syncedAt = 0, syncError }: Pick<Account, 'syncedAt' | 'syncError'>): number {
  return Math.max(syncedAt, syncError?.at ?? 0);
}

function moveBack<Field extends string>(row: { [Name in Field]?: number }, fields: readonly Field[], by: number): void {
  for (const field of fields) {
    const time = row[field];
    if (time !== undefined) row[field] = time - by;
  }
}

function moveBackError(error: ErrorDetails | undefined, by: number): void {
  if (error) moveBack<'at' | 'retryAt'>(error, ['at', 'retryAt'], by);
}
