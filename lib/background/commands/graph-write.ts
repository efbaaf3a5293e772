// A write, step by step: outbox row → request → re-read → settle. Each step leaves the row in a state from which the next
// start of the background can go on: a request is never sent twice, what it did is found by reading.

import { type CommandChange, freshnessMs } from '../../shared/model/command-row.ts';
import {
  detailsOf,
  type ErrorDetails,
  errorKinds,
  IdentityError,
  isOutcomeUnknown,
} from '../../shared/model/errors.ts';
import type { Write } from '../../shared/model/graph-writes.ts';
import type { CommandRow } from '../../shared/model/rows.ts';
import type { PhoneDirectory, Snapshot } from '../backend.ts';
import { judge, stageOf } from './judge.ts';
import { demandOf } from './step-up.ts';

/** Changes may take about 30 s to show at Graph, those whose answer was lost as well. */
const propagationMs = 35_000;
/** How long a service that neither answers nor can be read is tried before the person is told. */
const unreachableMs = 10_000;
/** A number that stays `notConfigured` this long after enabling owes the sign-in that finishes it. */
const notConfiguredMs = 10_000;
/** Waits between re-reads. */
const readDelaysMs = [1_000, 2_000, 4_000, 8_000];

export type WriteEntry = CommandRow & { command: Write; accountId: string };

export interface WriteDependencies {
  directory(entry: WriteEntry): Promise<PhoneDirectory>;
  read(accountId: string): Promise<Snapshot>;
  requirePermitted(command: Write): Promise<void>;
  /** Writes to the row and answers once it is there. */
  save(id: string, change: CommandChange): Promise<void>;
  now(): number;
}

/** Takes an entry one step further. Never rejects for what a service or the network does. */
export async function step(entry: WriteEntry, dependencies: WriteDependencies): Promise<void> {
  switch (entry.state) {
    case 'accepted':
      return send(entry, dependencies);
    case 'requested':
      return lookForEffect(entry, dependencies, { kind: 'interrupted', at: dependencies.now() }, propagationMs);
    case 'settling':
      return settle(entry, dependencies);
  }
}

async function send(entry: WriteEntry, dependencies: WriteDependencies): Promise<void> {
  const { now, save } = dependencies;
  if (now() - entry.updatedAt > freshnessMs) {
    return save(entry.id, { state: 'failed', error: { kind: 'interrupted', at: now() } });
  }
  try {
    await dependencies.requirePermitted(entry.command);
  } catch (error) {
    return save(entry.id, { state: 'failed', error: detailsOf(error) });
  }
  let isSent = false;
  try {
    const directory = await dependencies.directory(entry);
    await save(entry.id, { state: 'requested' });
    isSent = true;
    await request(stageOf(entry.command, entry.defaultChanged), directory);
  } catch (error) {
    return refused(entry, dependencies, error, isSent);
  }
  await lookForEffect(entry, dependencies, undefined, propagationMs);
}

function request(command: Write, directory: PhoneDirectory): Promise<void> {
  switch (command.kind) {
    case 'enable':
      return directory.enableSmsSignIn(command.methodId);
    case 'disable':
      return directory.disableSmsSignIn(command.methodId);
    case 'make-default':
      return directory.setDefaultMethod(command.method);
    case 'remove':
      return directory.remove(command.methodId);
  }
}

async function refused(
  entry: WriteEntry,
  dependencies: WriteDependencies,
  thrown: unknown,
  isSent: boolean,
): Promise<void> {
  const { save } = dependencies;
  const error = detailsOf(thrown);
  const demand = demandOf(thrown);
  if (demand && !(error.kind === 'needs-step-up' && entry.stepUp?.done)) return save(entry.id, demand);
  // Nothing was sent; and reading would only meet the same.
  if (error.kind === 'paused') return save(entry.id, { state: 'failed', error });
  if (error.status === 429) return save(entry.id, { state: 'failed', error });
  // Refused after a fresh sign-in: it was not the age of the sign-in.
  if (error.kind === 'needs-step-up') {
    return lookForEffect(entry, dependencies, { ...error, kind: 'not-permitted' }, 0);
  }
  // Even a refusal is looked at: Graph answers 409 and saves all the same.
  return lookForEffect(entry, dependencies, error, isSent && isOutcomeUnknown(error) ? propagationMs : 0);
}

async function lookForEffect(
  entry: WriteEntry,
  { save, now }: WriteDependencies,
  error: ErrorDetails | undefined,
  forMs: number,
): Promise<void> {
  const time = now();
  await save(entry.id, { state: 'settling', error, readAt: time, reads: 0, settleBy: time + forMs });
}

async function settle(entry: WriteEntry, dependencies: WriteDependencies): Promise<void> {
  const { now, save, read } = dependencies;
  const reads = (entry.reads ?? 0) + 1;
  const again = () => save(entry.id, { reads, readAt: now() + (readDelaysMs[reads - 1] ?? 8_000) });
  const timeIsUp = () => now() >= (entry.settleBy ?? 0);
  const settlesSince = (entry.settleBy ?? 0) - propagationMs;
  let snapshot: Snapshot;
  try {
    snapshot = await read(entry.accountId);
  } catch (thrown) {
    const error = detailsOf(thrown);
    if (errorKinds[error.kind].ask === 'sign-in') {
      const claims = thrown instanceof IdentityError ? thrown.claims : undefined;
      return save(entry.id, {
        state: 'needs-step-up',
        stepUp: { resume: 'settling', done: false, ...(claims ? { claims } : {}) },
      });
    }
    // What became of the request is found out when it may be asked for again, however long that is.
    if (error.kind === 'paused') return again();
    // A change that took effect all the same is put right by the next sync (outbox.ts, cameAfterAll).
    const isUnreachable =
      entry.error && isOutcomeUnknown(entry.error) && isOutcomeUnknown(error) && now() >= settlesSince + unreachableMs;
    return timeIsUp() || isUnreachable ? save(entry.id, { state: 'failed', error: entry.error ?? error }) : again();
  }
  const stage = stageOf(entry.command, entry.defaultChanged);
  const verdict = judge(stage, snapshot);
  if (verdict.effect === 'there' && stage !== entry.command) {
    // What was clicked yesterday, in a browser that was closed in between, is not removed today.
    const isLate =
      now() - (entry.settleBy ?? 0) > freshnessMs ||
      (entry.error?.kind === 'interrupted' && now() - entry.createdAt > freshnessMs);
    return isLate
      ? save(entry.id, { state: 'failed', defaultChanged: true, error: { kind: 'interrupted', at: now() } })
      : save(entry.id, { state: 'accepted', defaultChanged: true, error: undefined });
  }
  if (verdict.effect === 'there')
    return save(entry.id, { state: 'done', error: undefined, smsSignIn: verdict.smsSignIn });
  if (verdict.effect === 'impossible') {
    return save(entry.id, { state: 'failed', error: { at: now(), ...entry.error, kind: verdict.kind } });
  }
  const owesSignIn = !entry.error && verdict.smsSignIn === 'notConfigured' && now() >= settlesSince + notConfiguredMs;
  if (owesSignIn) return save(entry.id, { state: 'done', smsSignIn: 'notConfigured' });
  if (!timeIsUp()) return again();
  return save(entry.id, { state: 'failed', error: entry.error ?? { kind: 'not-effective', at: now() } });
}
