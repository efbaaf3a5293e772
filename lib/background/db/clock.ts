// Timestamps in the future are moved to now, so that a corrected clock does not delay work.

import { freshnessMs } from '../../shared/model/command-row.ts';
import type { ErrorDetails } from '../../shared/model/errors.ts';
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
    ...[...outbox, ...verifications, ...registrations].map(({ updatedAt }) => updatedAt),
    ...accounts.map(readAt),
    ...silentSignIns.map(({ at = 0 }) => at),
  ];
  return times.some((time) => time > now + toleranceMs);
}

/** Moves all timestamps of a row by the same time. */
export async function moveFutureRows(
  { accounts, outbox, verifications, registrations, silentSignIns }: Database,
  now: number,
) {
  const latest = now + toleranceMs;
  await outbox
    .where('updatedAt')
    .above(latest)
    .modify((row) => {
      // The age of a click that was not carried out is unknown, so it expires.
      const isClick = row.state === 'accepted' || (row.state === 'requested' && row.sentAt === undefined);
      const back = row.updatedAt - now + (isClick ? freshnessMs + 1 : 0);
      moveBack(row, ['createdAt', 'updatedAt', 'sentAt', 'readAt', 'settleBy'], back);
      moveBackError(row.error, back);
    });
  await verifications
    .filter(({ updatedAt }) => updatedAt > latest)
    .modify((verification) => {
      const back = verification.updatedAt - now;
      moveBack(verification, ['startedAt', 'updatedAt', 'readAt', 'settleBy'], back);
      const { request } = verification;
      if (request) moveBack(request, ['clickedAt'], back + (request.isSent ? 0 : freshnessMs + 1));
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
