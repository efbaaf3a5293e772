import { newestOf } from '../../lib/shared/model/command-row.ts';
import type { Command, CommandKind } from '../../lib/shared/model/commands.ts';
import type { ErrorDetails } from '../../lib/shared/model/errors.ts';
import { isWrite } from '../../lib/shared/model/graph-writes.ts';
import type { Account, CommandRow } from '../../lib/shared/model/rows.ts';
import type { Rows } from '../../lib/shared/tables/page-rows.ts';
import type { Asked } from '../data/ask.ts';

/** The rows and unanswered commands that a page is drawn from. `now` is in milliseconds since 1970. */
export interface PageState {
  rows: Rows;
  asked: readonly Asked[];
  now: number;
}

/** State of the newest command of a kind. `id` is passed to `dismiss` once the user has seen the result. */
export type Progress =
  | { state: 'none' }
  /** `queued`: another change of the account has to end first. */
  | { state: 'running'; id: string; command: Command; queued: boolean; checking: boolean; defaultChanged: boolean }
  | {
      state: 'needs-step-up';
      id: string;
      command: Command;
      signedOut: boolean;
      signIn: Progress;
      defaultChanged: boolean;
    }
  | { state: 'cancelled'; id: string; command: Command; at: number }
  | { state: 'done'; id: string; command: Command; entry: CommandRow }
  | { state: 'failed'; id: string; command: Command; error: ErrorDetails; defaultChanged: boolean }
  /** The service worker did not accept the command. */
  | { state: 'lost'; id: string; command: Command };

export const noProgress: Progress = { state: 'none' };

/** How long a finished command stays visible if the user does not dismiss it. */
export const visibleMs = { done: 10 * 60_000, cancelled: 10 * 60_000, failed: 24 * 3_600_000 };

export function progressOf(pageState: PageState, matches: (command: Command) => boolean): Progress {
  const { rows, asked, now } = pageState;
  const withRow = new Set(rows.outbox.map(({ id }) => id));
  const unanswered = asked.findLast(({ id, command }) => !withRow.has(id) && matches(command));
  if (unanswered) {
    const { id, command, lost } = unanswered;
    return lost
      ? { state: 'lost', id, command }
      : { state: 'running', id, command, queued: false, checking: false, defaultChanged: false };
  }
  const entry = newestOf(rows.outbox.filter(({ command }) => matches(command)));
  if (!entry || entry.dismissed) return noProgress;
  const { id, command, state, error, updatedAt, defaultChanged = false } = entry;
  if (state in visibleMs && now - updatedAt > visibleMs[state as keyof typeof visibleMs]) return noProgress;
  switch (state) {
    case 'accepted':
    case 'requested':
    case 'settling': {
      const queued = state === 'accepted' && isBehindAnother(entry, rows.outbox);
      return { state: 'running', id, command, queued, checking: state === 'settling', defaultChanged };
    }
    case 'needs-step-up': {
      const signIn = progressOf(pageState, (other) => other.kind === 'step-up' && other.waitingId === id);
      return { state: 'needs-step-up', id, command, signedOut: error?.kind === 'signed-out', signIn, defaultChanged };
    }
    case 'cancelled':
      return { state: 'cancelled', id, command, at: updatedAt };
    case 'done':
      return { state: 'done', id, command, entry };
    case 'failed':
      return {
        state: 'failed',
        id,
        command,
        error: error ?? { kind: 'unexpected-answer', at: updatedAt },
        defaultChanged,
      };
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
