import { isWrite, newestOf } from '../../lib/shared/model/command-row.ts';
import type { Command, CommandKind } from '../../lib/shared/model/commands.ts';
import type { ErrorDetails } from '../../lib/shared/model/errors.ts';
import type { Account, CommandRow, Verification } from '../../lib/shared/model/rows.ts';
import type { Rows } from '../../lib/shared/tables/page-rows.ts';
import type { Asked } from '../data/ask.ts';

/** What a page shows. `now` is in milliseconds since 1970. */
export interface PageState {
  rows: Rows;
  asked: readonly Asked[];
  now: number;
}

/** State of the newest command of a kind. `id` is passed to `dismiss` once the user has seen the result. */
export type Progress =
  | { state: 'none' }
  | ({ id: string; command: Command; masked?: string | undefined; defaultChanged: boolean } & (
      | { state: 'running'; isQueued: boolean; isChecking: boolean }
      | { state: 'needs-step-up'; signedOut: boolean; signIn: Progress }
      | { state: 'done'; at: number }
      | { state: 'failed' | 'cancelled'; error: ErrorDetails }
      /** The service worker did not accept the command. */
      | { state: 'lost' }
    ));

export const noProgress: Progress = { state: 'none' };

/** How long a finished command stays visible if the user does not dismiss it. */
export const visibleMs = { done: 10 * 60_000, cancelled: 10 * 60_000, failed: 24 * 3_600_000 };

export function progressOf(pageState: PageState, matches: (command: Command) => boolean): Progress {
  const { rows, asked, now } = pageState;
  const withRow = new Set(rows.outbox.map(({ id }) => id));
  const unanswered = asked.findLast(({ id, command }) => !withRow.has(id) && matches(command));
  if (unanswered) {
    const { id, command, lost } = unanswered;
    const found = { id, command, defaultChanged: false };
    return lost ? { ...found, state: 'lost' } : { ...found, state: 'running', isQueued: false, isChecking: false };
  }
  const entry = newestOf(rows.outbox.filter(({ command }) => matches(command)));
  if (!entry || entry.dismissed) return noProgress;
  const { id, command, masked, state, error, updatedAt: at, defaultChanged = false } = entry;
  if (state in visibleMs && now - at > visibleMs[state as keyof typeof visibleMs]) return noProgress;
  const found = { id, command, masked, defaultChanged };
  switch (state) {
    case 'accepted':
      return { ...found, state: 'running', isQueued: isBehindAnother(entry, rows.outbox), isChecking: false };
    case 'requested':
    case 'settling':
      return { ...found, state: 'running', isQueued: false, isChecking: state === 'settling' };
    case 'needs-step-up': {
      const signIn = progressOf(pageState, (other) => other.kind === 'step-up' && other.waitingId === id);
      return { ...found, state, signedOut: error?.kind === 'signed-out', signIn };
    }
    case 'failed':
      return { ...found, state, error: error ?? { kind: 'unexpected-answer', at } };
    case 'cancelled':
      return { ...found, state, error: error ?? { kind: 'sign-in-not-finished', at } };
    default:
      return { ...found, state, at };
  }
}

/** Writes of an account are carried out one at a time; a write that waits for step-up does not hold up the others. */
function isBehindAnother({ id, command, createdAt }: CommandRow, outbox: readonly CommandRow[]): boolean {
  if (!isWrite(command)) return false;
  return outbox.some(
    (other) =>
      other.id !== id &&
      isWrite(other.command) &&
      other.command.accountId === command.accountId &&
      (other.state === 'requested' ||
        other.state === 'settling' ||
        (other.state === 'accepted' && other.createdAt < createdAt)),
  );
}

export function progressOfKind<Kind extends CommandKind>(
  pageState: PageState,
  kind: Kind,
  matches: (command: Extract<Command, { kind: Kind }>) => boolean = () => true,
): Progress {
  return progressOf(
    pageState,
    (command) => command.kind === kind && matches(command as Extract<Command, { kind: Kind }>),
  );
}

/** Sign-in of `account`, or without it of a further account at the organization. */
export function signInProgress(pageState: PageState, connectionId: string, account?: Account): Progress {
  return progressOfKind(
    pageState,
    'sign-in',
    (command) => command.connectionId === connectionId && command.loginHint === account?.loginHint,
  );
}

export function newestVerification({ rows }: PageState, accountId: string): Verification | undefined {
  return rows.verifications
    .filter((verification) => verification.accountId === accountId)
    .toSorted((one, other) => other.startedAt - one.startedAt)[0];
}
