// The outbox: each command is written as a row and then carried out. Writes of an account run one at a time.

import { freshnessMs, isOver, isWrite, type Write } from '../../shared/model/command-row.ts';
import {
  type Command,
  type CommandMessage,
  isVerificationCommand,
  type OutboxCommand,
} from '../../shared/model/commands.ts';
import { type ErrorDetails, mayHaveTakenEffect } from '../../shared/model/errors.ts';
import type { CommandRow } from '../../shared/model/rows.ts';
import { commandTransitions } from '../../shared/model/state-machines.ts';
import { isKnownRow } from '../../shared/tables/known-values.ts';
import { maxSignIns } from '../auth/step-up.ts';
import type { Snapshot } from '../backend.ts';
import { changeRow, type RowChange } from '../db/change-row.ts';
import type { Database } from '../db/database.ts';
import { log, loggedDetails } from '../log.ts';
import { step, type WriteDependencies, type WriteRow } from './graph-write.ts';
import { judge } from './judge.ts';

/** A handler carries out a command in one go, and returns what else changes in its row. */
export type Handlers = {
  [Kind in Exclude<OutboxCommand, Write>['kind']]: (
    command: Extract<Command, { kind: Kind }>,
    /** Aborted when the user abandons the sign-in. */
    signal: AbortSignal,
  ) => Promise<RowChange<CommandRow> | undefined>;
};

/** The commands that open a browser window: its answer is lost when the service worker stops. */
const opensWindow: readonly Command['kind'][] = ['sign-in', 'step-up', 'try-sign-in'];
const isWindowOpen = (row: CommandRow) => opensWindow.includes(row.command.kind) && !isOver(row);
/** A change that appears later than this was made by another client. */
const lateSuccessMs = 10 * 60_000;

/** Thrown by a handler whose command the user, or a change meanwhile, has made pointless. */
export class Cancelled extends Error {}

export function createOutbox(dependencies: {
  database: Database;
  handlers: Handlers;
  write: Omit<WriteDependencies, 'save' | 'requirePermitted'>;
  /** @throws IdentityError if managed policy forbids the command */
  requirePermitted(command: Command): Promise<void>;
  now: () => number;
  /** Schedules a call of `resume` by timer and by alarm. */
  wakeAt(time: number): void;
  /** Called when a write has failed that may still take effect. */
  syncSoon(accountId: string): Promise<void>;
  /** Called when the user asks for something new of the account. */
  startCommand(accountId: string): Promise<void>;
  /** Forgets the claims challenge of the directory. */
  forgetChallenge(accountId: string): Promise<void>;
}) {
  const { database, handlers, requirePermitted, now, wakeAt, syncSoon, startCommand, forgetChallenge } = dependencies;
  const draining = new Map<string, Promise<void>>();
  /** Of the open sign-in windows. */
  const running = new Map<string, AbortController>();

  /** Also forgets what was demanded for a command that has ended. */
  async function change(id: string, to: (row: CommandRow) => RowChange<CommandRow> | undefined): Promise<void> {
    const row = await changeRow(database.outbox, commandTransitions, id, now(), to);
    if (!row?.accountId || !row.stepUp || !isOver(row)) return;
    await forgetChallenge(row.accountId).catch((error) => log('A claims challenge could not be forgotten.', error));
  }
  const save = (id: string, fields: RowChange<CommandRow>) => change(id, () => fields);
  const write: WriteDependencies = { ...dependencies.write, requirePermitted, save };

  /** Writes the row and returns; the command is carried out after that. The same id again has no effect. */
  async function accept({ id, command, replaces }: CommandMessage): Promise<void> {
    if (isVerificationCommand(command)) throw new Error('Commands of a verification have no row in the outbox.');
    const time = now();
    const text = JSON.stringify(command);
    // Also the number of a method that the command removes.
    const method =
      'methodId' in command &&
      command.methodId !== undefined &&
      (await database.methods.get([command.accountId, command.methodId]));
    const isAdded = await database.transaction('rw', database.outbox, async () => {
      if (await database.outbox.get(id)) return false;
      if (replaces) {
        await change(replaces, (row) => (isWindowOpen(row) ? { state: 'cancelled', dismissed: true } : undefined));
      }
      const row: CommandRow = {
        id,
        command,
        state: 'accepted',
        createdAt: time,
        updatedAt: time,
        ...('accountId' in command ? { accountId: command.accountId } : {}),
        ...(method ? { masked: method.masked } : {}),
      };
      // A double click, or the same button in two windows.
      const duplicate = await database.outbox
        .filter((other) => !isOver(other) && JSON.stringify(other.command) === text)
        .first();
      await database.outbox.add(duplicate ? { ...row, state: 'cancelled', dismissed: true } : row);
      return !duplicate;
    });
    if (!isAdded) return;
    // A step-up continues its command.
    if ('accountId' in command && command.kind !== 'step-up') await startCommand(command.accountId);
    if (replaces) running.get(replaces)?.abort();
    if (isWrite(command)) void drain(command.accountId);
    else void run(id, command);
  }

  async function run(id: string, command: OutboxCommand): Promise<void> {
    const abandoned = new AbortController();
    if (opensWindow.includes(command.kind)) running.set(id, abandoned);
    // An abandoned command has ended already.
    const end = (fields: RowChange<CommandRow>) => change(id, (row) => (isOver(row) ? undefined : fields));
    try {
      await end({ state: 'requested' });
      await requirePermitted(command);
      const handler = handlers[command.kind as keyof Handlers] as (
        command: Command,
        signal: AbortSignal,
      ) => ReturnType<Handlers['sync']>;
      await end({ state: 'done', error: undefined, ...(await handler(command, abandoned.signal)) });
    } catch (error) {
      if (abandoned.signal.aborted) return;
      if (error instanceof Cancelled) return end({ state: 'cancelled' });
      const details = loggedDetails('A command failed.', error);
      const state = details.kind === 'sign-in-not-finished' ? 'cancelled' : 'failed';
      await end({ state, error: details });
    } finally {
      running.delete(id);
    }
  }

  /** Carries out the writes of an account in order, until one has to wait. */
  function drain(accountId: string): Promise<void> {
    // If the database refuses a change, the row stays as it is until the next resume.
    const current = (draining.get(accountId) ?? Promise.resolve())
      .then(() => drainNow(accountId))
      .catch((error) => log('The commands of an account could not be carried out.', error));
    draining.set(accountId, current);
    return current;
  }

  async function drainNow(accountId: string): Promise<void> {
    for (;;) {
      const rows = await database.outbox.where({ accountId }).sortBy('createdAt');
      const next = rows.find(
        (row): row is WriteRow => isWrite(row.command) && !isOver(row) && row.state !== 'needs-step-up',
      );
      if (!next) return;
      if (next.state === 'settling' && (next.readAt ?? 0) > now()) return wakeAt(next.readAt ?? 0);
      await step(next, write);
      const after = await database.outbox.get(next.id);
      if (after?.state === 'failed' && after.settleBy !== undefined) await syncSoon(accountId);
    }
  }

  /** Marks a failed command as done if a sync shows that it took effect. Called after each sync. */
  async function confirmLateSuccess(accountId: string, snapshot: Snapshot): Promise<void> {
    const isDoubtful = ({ state, error, settleBy = 0 }: CommandRow) =>
      state === 'failed' && error !== undefined && mayHaveTakenEffect(error) && now() - settleBy < lateSuccessMs;
    for (const { id } of await database.outbox.where({ accountId }).and(isDoubtful).toArray()) {
      await change(id, (row) => {
        const verdict = isDoubtful(row) && isWrite(row.command) ? judge(row.command, snapshot) : undefined;
        if (verdict?.effect !== 'there') return undefined;
        return { state: 'done', error: undefined, ...(verdict.smsSignIn ? { smsSignIn: verdict.smsSignIn } : {}) };
      });
    }
  }

  /** Whether the snapshot lacks the effect of a command that was done within this time. */
  async function contradicts(accountId: string, snapshot: Snapshot, forMs: number): Promise<boolean> {
    const ofAccount = { accountId };
    const since = now() - forMs;
    const rows = await database.outbox
      .where(ofAccount)
      .and((row) => row.updatedAt > since)
      .sortBy('createdAt');
    // A later change of the same thing makes the effect of an earlier one meaningless.
    const effects = new Map<string, boolean>();
    for (const { command, state, smsSignIn } of rows) {
      if (!isWrite(command) || (isOver({ state }) && state !== 'done')) continue;
      const verdict = judge(command, snapshot);
      // A number that still needs a sign-in is done as `notConfigured`.
      const isThere =
        verdict.effect === 'there' ||
        (verdict.effect === 'pending' && smsSignIn !== undefined && verdict.smsSignIn === smsSignIn);
      if (command.kind === 'remove' && command.defaultFirst) effects.delete('default');
      effects.set(command.kind === 'make-default' ? 'default' : command.methodId, state !== 'done' || isThere);
    }
    if (![...effects.values()].includes(false)) return false;
    const isLater = ({ updatedAt }: { updatedAt: number }) => updatedAt > since;
    const changedNumbers = await Promise.all([
      database.verifications.where(ofAccount).and(isLater).count(),
      database.registrations.where(ofAccount).and(isLater).count(),
    ]);
    return changedNumbers.every((count) => count === 0);
  }

  async function resume(): Promise<void> {
    const waiting = await database.outbox.where('state').anyOf('accepted', 'requested', 'settling').toArray();
    const accounts = new Set(waiting.flatMap(({ command }) => (isWrite(command) ? [command.accountId] : [])));
    await Promise.all([...accounts].map(drain));
  }

  /** At each start of the service worker, before any message: carries out fresh commands that were interrupted, and ends the others. */
  async function recover(): Promise<void> {
    const interrupted = await database.outbox.where('state').anyOf('accepted', 'requested').toArray();
    // Commands of a newer version are left alone.
    for (const { id, command, updatedAt } of interrupted.filter((row) => isKnownRow('outbox', row))) {
      if (isWrite(command)) continue;
      // However late, because it deletes data and must not be followed by a silent sign-in.
      if (command.kind === 'sign-out') void run(id, command);
      else if (now() - updatedAt > freshnessMs) {
        await save(id, { state: 'failed', error: { kind: 'interrupted', at: now() } });
      } else if (opensWindow.includes(command.kind)) await save(id, { state: 'cancelled' });
      else void run(id, command);
    }
    void resume();
  }

  /**
   * Resumes the commands that wait for a sign-in of the account.
   * @param waitingId of the command that the sign-in was for: an unrelated sign-in sends no request
   */
  async function signedIn(accountId: string, waitingId?: string): Promise<void> {
    const waiting = await database.outbox
      .where({ accountId })
      .filter(({ state }) => state === 'needs-step-up')
      .toArray();
    for (const { id } of waiting) {
      await change(id, ({ state, stepUp }) => {
        // Another window may have cancelled it meanwhile.
        if (state !== 'needs-step-up' || !stepUp) return undefined;
        if (stepUp.resume === 'requested' && id !== waitingId) return undefined;
        const signIns = stepUp.signIns + Number(id === waitingId);
        const resumed = { state: stepUp.resume, stepUp: { ...stepUp, signIns }, readAt: now() };
        // While settling, the error is the answer to the request; otherwise it is the demand, which is met now.
        return stepUp.resume === 'settling' ? resumed : { ...resumed, error: undefined };
      });
    }
    void drain(accountId);
  }

  async function countSignIn(id: string): Promise<boolean> {
    let signIns = maxSignIns;
    await change(id, ({ state, stepUp }) => {
      if (state !== 'needs-step-up' || !stepUp) return undefined;
      signIns = stepUp.signIns + 1;
      return { stepUp: { ...stepUp, signIns } };
    });
    return signIns < maxSignIns;
  }

  /** The sign-in that a command waited for has failed. A request that was sent before still waits for its effect to be read. */
  async function stepUpFailed(id: string, error: ErrorDetails): Promise<void> {
    await change(id, ({ state, stepUp }) =>
      state === 'needs-step-up' && stepUp?.resume === 'requested' ? { state: 'failed', error } : undefined,
    );
  }

  /** The user has seen the result, cancels a command that waits for step-up, or abandons a sign-in. */
  async function dismiss(id: string): Promise<void> {
    await change(id, (row) => ({
      dismissed: true,
      ...(row.state === 'needs-step-up' || isWindowOpen(row) ? { state: 'cancelled' as const } : {}),
    }));
    running.get(id)?.abort();
  }

  return { accept, resume, recover, signedIn, countSignIn, stepUpFailed, dismiss, confirmLateSuccess, contradicts };
}

export type Outbox = ReturnType<typeof createOutbox>;
