// A machine's clock that is put back leaves rows of the future behind, and what waits in them would wait for hours.
import type { ErrorDetails } from '../identity/errors.ts';
import type { Database } from '../store/database.ts';
import { freshnessMs } from './write.ts';

/** Clocks are put right by seconds all the time. */
const toleranceMs = 10_000;

/** Takes every row of the future as one of this moment: all its times move along. */
export async function followClock(
  { accounts, journal, verifications, registrations, silentSignIns }: Database,
  now: number,
) {
  const latest = now + toleranceMs;
  await journal
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
    .filter(({ syncedAt = 0, syncError }) => Math.max(syncedAt, syncError?.at ?? 0) > latest)
    .modify((account) => {
      const back = Math.max(account.syncedAt ?? 0, account.syncError?.at ?? 0) - now;
      moveBack(account, ['syncedAt', 'nextSyncAt'], back);
      moveBackError(account.syncError, back);
    });
  await silentSignIns.filter(({ at = 0 }) => at > latest).modify({ at: now });
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
