// The outbox: every command of a person is a row first, then carried out, one at a time for each account. Whoever wants to
// know how it goes follows the row, so a background that is stopped at any line loses nothing.

import { type CommandChange, freshnessMs, isOver } from '../../shared/model/command-row.ts';
import type { Command, CommandMessage } from '../../shared/model/commands.ts';
import type { ErrorDetails } from '../../shared/model/errors.ts';
import { detailsOf, mayHaveTakenEffect } from '../../shared/model/errors.ts';
import { isWrite, type Write } from '../../shared/model/graph-writes.ts';
import type { CommandRow } from '../../shared/model/rows.ts';
import type { Snapshot } from '../backend.ts';
import type { Database } from '../db/database.ts';
import type { Secrets } from '../verification/secrets.ts';
import { isVerifying, type VerificationJourney } from '../verification/verification.ts';
import { step, type WriteDependencies, type WriteEntry } from './graph-write.ts';
import { judge } from './judge.ts';

/** Commands that are done in one go, by their kind. Each may reject with an IdentityError. */
export type Handlers = {
  [Kind in Exclude<Command['kind'], Write['kind']>]: (
    command: Extract<Command, { kind: Kind }>,
    entry: CommandRow,
  ) => Promise<CommandChange | undefined>;
};

/** The commands that open a window of the browser: with the background that started it, the window's answer is lost. */
const needsWindow: readonly Command['kind'][] = ['sign-in', 'step-up', 'try-sign-in'];
/** A change that is seen this late was made by somebody else, or elsewhere. */
const lateMs = 10 * 60_000;

export class Cancelled extends Error {
  readonly details: ErrorDetails | undefined;
  constructor(details?: ErrorDetails) {
    super('cancelled');
    this.details = details;
  }
}

export function createOutbox(dependencies: {
  database: Database;
  handlers: Handlers;
  write: Omit<WriteDependencies, 'save' | 'requirePermitted'>;
  secrets: Pick<Secrets, 'keep' | 'forget'>;
  /** @throws IdentityError for what managed policy does not let people do */
  requirePermitted(command: Command): Promise<void>;
  now: () => number;
  /** Of an interrupted step of a verification: whether its effect is being found out, so that it need not be done again. */
  takenUp: VerificationJourney['takenUp'];
  /** Asks to be called again at a time, by timer and by alarm. */
  wakeAt(time: number): void;
  /** A change failed whose effect may still show: the account is read again soon. */
  readSoon(accountId: string): Promise<void>;
}) {
  const { database, handlers, secrets, requirePermitted, takenUp, now, wakeAt, readSoon } = dependencies;
  const draining = new Map<string, Promise<void>>();

  async function save(id: string, change: CommandChange): Promise<void> {
    await database.outbox.update(id, { ...change, updatedAt: now() } as Partial<CommandRow>);
  }
  const write: WriteDependencies = { ...dependencies.write, requirePermitted, save };

  /** Writes the row; a second time with the same id does nothing. The command is carried out after the answer. */
  async function accept({ id, command, secret }: CommandMessage): Promise<void> {
    if (secret !== undefined) await secrets.keep(id, secret);
    const time = now();
    // A number that was removed is still named.
    const method =
      'methodId' in command &&
      command.methodId !== undefined &&
      (await database.methods.get([command.accountId, command.methodId]));
    const added = await database.transaction('rw', database.outbox, async () => {
      if (await database.outbox.get(id)) return false;
      const entry: CommandRow = {
        id,
        command,
        state: 'accepted',
        createdAt: time,
        updatedAt: time,
        ...('accountId' in command ? { accountId: command.accountId } : {}),
        ...(method ? { masked: method.masked } : {}),
      };
      const twin = await database.outbox
        .filter((other) => !isOver(other) && isSameCommand(other.command, command))
        .first();
      // A double click, or the same button in two windows: the first one is under way.
      await database.outbox.add(twin ? { ...entry, state: 'cancelled', dismissed: true } : entry);
      return !twin;
    });
    if (!added) return;
    if (isWrite(command)) void drain(command.accountId);
    else void runOnce(id);
  }

  async function runOnce(id: string): Promise<void> {
    const entry = await database.outbox.get(id);
    if (!entry) return;
    await save(id, { state: 'requested' });
    try {
      await requirePermitted(entry.command);
    } catch (error) {
      await secrets.forget(id);
      return save(id, { state: 'failed', error: detailsOf(error) });
    }
    try {
      const handler = handlers[entry.command.kind as keyof Handlers] as (
        command: Command,
        entry: CommandRow,
      ) => Promise<CommandChange | undefined>;
      await save(id, { state: 'done', error: undefined, ...(await handler(entry.command, entry)) });
    } catch (error) {
      if (error instanceof Cancelled) await save(id, { state: 'cancelled', error: error.details });
      else await save(id, { state: 'failed', error: detailsOf(error) });
    }
  }

  /** Carries out the account's writes in the order they were asked for, until one has to wait. */
  function drain(accountId: string): Promise<void> {
    // What the database refuses stays as it stands, for the next resume; it must not hold up the account for good.
    const current = (draining.get(accountId) ?? Promise.resolve()).then(() => drainNow(accountId)).catch(() => {});
    draining.set(accountId, current);
    return current;
  }

  async function drainNow(accountId: string): Promise<void> {
    for (;;) {
      const entries = await database.outbox.where({ accountId }).sortBy('createdAt');
      const next = entries.find(
        (entry): entry is WriteEntry => isWrite(entry.command) && !isOver(entry) && entry.state !== 'needs-step-up',
      );
      if (!next) return;
      if (next.state === 'settling' && (next.readAt ?? 0) > now()) return wakeAt(next.readAt ?? 0);
      await step(next, write);
      const after = await database.outbox.get(next.id);
      if (after?.state === 'failed' && after.settleBy !== undefined) await readSoon(accountId);
    }
  }

  /** What was told of a change that shows after all is put right. Called with every reading of the account. */
  async function cameAfterAll(accountId: string, snapshot: Snapshot): Promise<void> {
    const time = now();
    await database.outbox
      .where({ accountId })
      .and(({ state, error, settleBy = 0 }) => {
        return state === 'failed' && error !== undefined && mayHaveTakenEffect(error) && time - settleBy < lateMs;
      })
      .modify((entry) => {
        const verdict = isWrite(entry.command) ? judge(entry.command, snapshot) : undefined;
        if (verdict?.effect !== 'there') return;
        delete entry.error;
        entry.state = 'done';
        entry.updatedAt = time;
        if (verdict.smsSignIn) entry.smsSignIn = verdict.smsSignIn;
      });
  }

  /** Goes on with whatever waits: at a start, an alarm, or when a page is looked at. */
  async function resume(): Promise<void> {
    const waiting = await database.outbox.where('state').anyOf('accepted', 'requested', 'settling').toArray();
    const accounts = new Set(waiting.flatMap(({ command }) => (isWrite(command) ? [command.accountId] : [])));
    await Promise.all([...accounts].map(drain));
  }

  /**
   * Once per start of the background, before any message: what the previous one left half done. Commands that open a window
   * are over; the others are safe to do again, while they are fresh enough to be what the person still wants.
   */
  async function recover(): Promise<void> {
    const left = await database.outbox.where('state').anyOf('accepted', 'requested').toArray();
    for (const { id, command, state, updatedAt } of left) {
      if (isWrite(command)) continue;
      if (state === 'requested' && isVerifying(command) && (await takenUp(command, updatedAt))) {
        await save(id, { state: 'done' });
      } else if (now() - updatedAt > freshnessMs) {
        await save(id, { state: 'failed', error: { kind: 'interrupted', at: now() } });
      } else if (needsWindow.includes(command.kind)) await save(id, { state: 'cancelled' });
      else void runOnce(id);
    }
    void resume();
  }

  /** Waiting commands of an account go on after it has signed in; those that asked for a fresh sign-in only after theirs. */
  async function signedIn(accountId: string, stepUpFor?: string): Promise<void> {
    const waiting = await database.outbox
      .where({ accountId })
      .filter(({ state }) => state === 'needs-step-up')
      .toArray();
    for (const { id, command, stepUp } of waiting) {
      if (!stepUp || (stepUp.resume === 'accepted' && id !== stepUpFor)) continue;
      const change: CommandChange = { state: stepUp.resume, stepUp: { ...stepUp, done: true }, readAt: now() };
      // While settling, the error is what became of the request; otherwise it is the demand that is met now.
      if (stepUp.resume !== 'settling') change.error = undefined;
      const isChanged = await database.outbox
        .where({ id })
        // Given up meanwhile, in another window.
        .and(({ state }) => state === 'needs-step-up')
        .modify({ ...change, updatedAt: now() } as Partial<CommandRow>);
      if (isChanged && !isWrite(command)) void runOnce(id);
    }
    void drain(accountId);
  }

  async function dismiss(id: string): Promise<void> {
    let wasWaiting = false;
    // In one go: another window may be signing in for it.
    await database.outbox.where({ id }).modify((entry) => {
      wasWaiting = entry.state === 'needs-step-up';
      entry.dismissed = true;
      entry.updatedAt = now();
      if (wasWaiting) entry.state = 'cancelled';
    });
    if (wasWaiting) await secrets.forget(id);
  }

  return { accept, resume, recover, signedIn, dismiss, cameAfterAll };
}

export type Outbox = ReturnType<typeof createOutbox>;

function isSameCommand(one: Command, other: Command): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
