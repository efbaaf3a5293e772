import { defaultMethodBlock } from './default-method-block.ts';
import type { CommandRow, RowsOf } from './rows.ts';

/** An open page causes at most one sync of an account in this time. */
export const minPageSyncIntervalMs = 60_000;

/** How long a user is expected to work on a page of the service. */
const visitMs = 10 * 60_000;

/** @returns ids of accounts that the user is changing on a page of the service: an open page polls these every few seconds */
export function accountsToPoll(
  { outbox, methods, registrations, verifications }: RowsOf<'outbox' | 'methods' | 'registrations' | 'verifications'>,
  now: number,
): Set<string> {
  const isRecent = ({ updatedAt }: { updatedAt: number }) => now - updatedAt < visitMs;
  const needsSignIn = (accountId: string, methodId: string | undefined) =>
    methods.some(
      (method) => method.accountId === accountId && method.id === methodId && method.smsSignIn === 'notConfigured',
    );
  const isUnfinished = ({ command, state }: CommandRow) =>
    command.kind === 'enable' && state === 'done' && needsSignIn(command.accountId, command.methodId);
  const isBlocked = (entry: CommandRow) => entry.state === 'failed' && defaultMethodBlock(entry) !== undefined;
  return new Set([
    ...registrations.flatMap(({ state, accountId }) => (state === 'waiting' ? accountId : [])),
    ...outbox.flatMap((entry) => {
      const isPolled = isRecent(entry) && !entry.dismissed && (isUnfinished(entry) || isBlocked(entry));
      return isPolled && entry.accountId ? entry.accountId : [];
    }),
    ...verifications.flatMap((verification) => {
      const { accountId, state, methodId } = verification;
      return state === 'done' && isRecent(verification) && needsSignIn(accountId, methodId) ? accountId : [];
    }),
  ]);
}
