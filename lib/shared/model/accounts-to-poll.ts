// What is being changed on a page of the service, so that the account is read every few seconds while somebody looks: a number is
// added there, the default method is changed, or a number is finished by signing in with it. Pure.

import { defaultMethodBlock } from './default-method-block.ts';
import type { CachedMethod, CommandRow, HostedRegistration, Verification } from './rows.ts';

/** Whoever was led to a page of the service is expected back for this long. */
const elsewhereMs = 10 * 60_000;

interface AwaitedRows {
  outbox: CommandRow[];
  methods: CachedMethod[];
  registrations: HostedRegistration[];
  verifications: Verification[];
}

/** The accounts it is so for. */
export function accountsToPoll(
  { outbox, methods, registrations, verifications }: AwaitedRows,
  now: number,
): Set<string> {
  const isRecent = ({ updatedAt }: { updatedAt: number }) => now - updatedAt < elsewhereMs;
  const isUnfinished = (accountId: string, methodId: string | undefined) =>
    methods.some((each) => each.accountId === accountId && each.id === methodId && each.smsSignIn === 'notConfigured');
  const owesSignIn = ({ command, state }: CommandRow) =>
    command.kind === 'enable' && state === 'done' && isUnfinished(command.accountId, command.methodId);
  const isDefaultInTheWay = (entry: CommandRow) => entry.state === 'failed' && defaultMethodBlock(entry) !== undefined;
  return new Set([
    ...registrations.flatMap(({ state, accountId }) => (state === 'waiting' ? accountId : [])),
    ...outbox.flatMap((entry) => {
      const isAwaited = isRecent(entry) && !entry.dismissed && (owesSignIn(entry) || isDefaultInTheWay(entry));
      return isAwaited && entry.accountId ? entry.accountId : [];
    }),
    ...verifications.flatMap((verification) => {
      const { accountId, state, methodId } = verification;
      return state === 'registered' && isRecent(verification) && isUnfinished(accountId, methodId) ? accountId : [];
    }),
  ]);
}
