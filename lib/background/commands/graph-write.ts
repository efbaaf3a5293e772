// Takes a write to Graph through its states. A request is never sent twice: its effect is found by reading.

import { freshnessMs, type Write } from '../../shared/model/command-row.ts';
import {
  detailsOf,
  type ErrorDetails,
  type IdentityError,
  identityErrorOf,
  isOutcomeUnknown,
} from '../../shared/model/errors.ts';
import type { CommandRow } from '../../shared/model/rows.ts';
import { isSignInDemand } from '../auth/step-up.ts';
import type { PhoneDirectory, Snapshot } from '../backend.ts';
import type { RowChange } from '../db/change-row.ts';
import { loggedDetails } from '../log.ts';
import { RequestStopped } from '../stoppable-fetch.ts';
import { judge, stageOf } from './judge.ts';

/** A change may take about 30 s to show at Graph. */
const propagationMs = 35_000;
/** How long a service that neither answers nor can be read is retried. */
const unreachableMs = 10_000;
/** A number that stays `notConfigured` this long after enabling needs the sign-in that completes it. */
const notConfiguredMs = 10_000;
const readDelaysMs = [1_000, 2_000, 4_000, 8_000];

export type WriteRow = CommandRow & { command: Write; accountId: string };

export interface WriteDependencies {
  directory(row: WriteRow): Promise<PhoneDirectory>;
  read(accountId: string): Promise<Snapshot>;
  requirePermitted(command: Write): Promise<void>;
  /**
   * Whether a sign-in can meet the demand.
   * @param signIns completed for the command so far
   * @param isAsked whether one of them was for this kind of request
   */
  canMeet(accountId: string, demand: IdentityError, signIns: number, isAsked?: boolean): Promise<boolean>;
  save(id: string, change: RowChange<CommandRow>): Promise<void>;
  now(): number;
}

/** Takes one step. Rejects only if the database refuses the change. */
export async function step(row: WriteRow, dependencies: WriteDependencies): Promise<void> {
  const { save, now } = dependencies;
  const isUnsent = row.state === 'accepted' || (row.state === 'requested' && row.sentAt === undefined);
  if (isUnsent && now() - row.updatedAt > freshnessMs) {
    return save(row.id, { state: 'failed', error: { kind: 'interrupted', at: now() } });
  }
  switch (row.state) {
    case 'accepted':
      return save(row.id, { state: 'requested' });
    case 'requested':
      return isUnsent
        ? send(row, dependencies)
        : readEffect(row, dependencies, { kind: 'interrupted', at: now() }, propagationMs);
    case 'settling':
      return settle(row, dependencies);
  }
}

async function send(row: WriteRow, dependencies: WriteDependencies): Promise<void> {
  const { now, save } = dependencies;
  try {
    await dependencies.requirePermitted(row.command);
  } catch (error) {
    return save(row.id, { state: 'failed', error: detailsOf(error) });
  }
  let isSent = false;
  try {
    const directory = await dependencies.directory(row);
    await save(row.id, { sentAt: now() });
    isSent = true;
    await request(stageOf(row.command, row.defaultChanged), directory);
  } catch (error) {
    return handleRefusal(row, dependencies, error, isSent);
  }
  await readEffect(row, dependencies, undefined, propagationMs);
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

async function handleRefusal(
  row: WriteRow,
  dependencies: WriteDependencies,
  thrown: unknown,
  isSent: boolean,
): Promise<void> {
  const { save } = dependencies;
  const error = loggedDetails('A change at the service failed.', thrown);
  const demand = identityErrorOf(thrown);
  if (isSignInDemand(demand)) {
    const { signIns = 0 } = row.stepUp ?? {};
    if (await dependencies.canMeet(row.accountId, demand, signIns)) {
      const stepUp = { resume: 'requested' as const, signIns };
      return save(row.id, { state: 'needs-step-up', error, stepUp, sentAt: undefined });
    }
    // Every sign-in for a write asks for multifactor authentication, so its age is not the reason.
    if (error.status === 403 && demand.claims === undefined) {
      return readEffect(row, dependencies, { ...error, kind: 'not-permitted' }, 0);
    }
    return save(row.id, { state: 'failed', error: { ...error, kind: 'step-up-repeated' } });
  }
  if (isSent && thrown instanceof RequestStopped) return readEffect(row, dependencies, error, propagationMs);
  // Neither request changed anything, and a read would be refused as well.
  if (error.kind === 'paused' || error.status === 429) return save(row.id, { state: 'failed', error });
  // A refusal is checked as well: Graph may answer 409 and save the change.
  return readEffect(row, dependencies, error, isSent && isOutcomeUnknown(error) ? propagationMs : 0);
}

async function readEffect(
  row: WriteRow,
  { save, now }: WriteDependencies,
  error: ErrorDetails | undefined,
  forMs: number,
): Promise<void> {
  const time = now();
  await save(row.id, { state: 'settling', error, readAt: time, reads: 0, settleBy: time + forMs });
}

async function settle(row: WriteRow, dependencies: WriteDependencies): Promise<void> {
  const { now, save, read } = dependencies;
  const reads = (row.reads ?? 0) + 1;
  const again = () => save(row.id, { reads, readAt: now() + (readDelaysMs[reads - 1] ?? 8_000) });
  const timeIsUp = () => now() >= (row.settleBy ?? 0);
  const settlesSince = (row.settleBy ?? 0) - propagationMs;
  let snapshot: Snapshot;
  try {
    snapshot = await read(row.accountId);
  } catch (thrown) {
    const demand = identityErrorOf(thrown);
    const { details: error } = demand;
    if (isSignInDemand(demand)) {
      const { resume, signIns = 0 } = row.stepUp ?? {};
      // An earlier sign-in for the request was not for the reads.
      if (await dependencies.canMeet(row.accountId, demand, signIns, resume === 'settling')) {
        return save(row.id, { state: 'needs-step-up', stepUp: { resume: 'settling', signIns } });
      }
      return save(row.id, { state: 'failed', error: row.error ?? { ...error, kind: 'step-up-repeated' } });
    }
    // A pause by policy does not count against the time limit.
    if (error.kind === 'paused') return again();
    // If the change took effect, the next sync marks the command as done (confirmLateSuccess).
    const isUnreachable =
      row.error && isOutcomeUnknown(row.error) && isOutcomeUnknown(error) && now() >= settlesSince + unreachableMs;
    return timeIsUp() || isUnreachable ? save(row.id, { state: 'failed', error: row.error ?? error }) : again();
  }
  const stage = stageOf(row.command, row.defaultChanged);
  const verdict = judge(stage, snapshot);
  // If the default cannot be read, the number is removed all the same: the service refuses if it is the default.
  const isUnreadable = snapshot.defaultMethod === 'unknown' && !row.error && timeIsUp();
  if ((verdict.effect === 'there' || isUnreadable) && stage !== row.command) {
    // No second request if the click is too old by now.
    const isLate =
      now() - (row.settleBy ?? 0) > freshnessMs ||
      (row.error?.kind === 'interrupted' && now() - row.createdAt > freshnessMs);
    return isLate
      ? save(row.id, { state: 'failed', defaultChanged: true, error: { kind: 'interrupted', at: now() } })
      : save(row.id, { state: 'requested', sentAt: undefined, defaultChanged: true, error: undefined });
  }
  if (verdict.effect === 'there')
    return save(row.id, { state: 'done', error: undefined, smsSignIn: verdict.smsSignIn });
  if (verdict.effect === 'impossible') {
    return save(row.id, { state: 'failed', error: { at: now(), ...row.error, kind: verdict.kind } });
  }
  const owesSignIn = !row.error && verdict.smsSignIn === 'notConfigured' && now() >= settlesSince + notConfiguredMs;
  if (owesSignIn) return save(row.id, { state: 'done', smsSignIn: 'notConfigured' });
  if (!timeIsUp()) return again();
  return save(row.id, { state: 'failed', error: row.error ?? { kind: 'not-effective', at: now() } });
}
