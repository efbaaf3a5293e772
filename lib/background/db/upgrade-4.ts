// Version 4: the journal becomes the outbox, and a verification has one row instead of one row and its commands.
import type { Transaction } from 'dexie';
import { isWrite } from '../../shared/model/command-row.ts';
import { isVerificationCommand, type OutboxCommand, type VerificationCommand } from '../../shared/model/commands.ts';
import { isOpenVerification, type VerificationStep } from '../../shared/model/phone-verification.ts';
import type { CommandRow, Verification } from '../../shared/model/rows.ts';

type JournalRow = Omit<CommandRow, 'command' | 'stepUp'> & {
  command: Exclude<OutboxCommand, { kind: 'step-up' }> | FormerStepUp | VerificationCommand;
  stepUp?: { resume: 'accepted' | 'settling'; done: boolean };
};
interface FormerStepUp {
  kind: 'step-up';
  accountId: string;
  commandId: string;
  from: 'popup' | 'options';
}
/** A verification of version 3. `registered` meant also `done`. */
type FormerVerification = Omit<Verification, 'commandIds' | 'request' | 'stepUp' | 'texts'> & { commandId?: string };
type OwnCommand = JournalRow & { command: VerificationCommand };

const steps: Partial<Record<VerificationCommand['kind'], VerificationStep>> = {
  'text-code': 'sending',
  'resend-code': 'resending',
  'confirm-code': 'confirming',
};

export async function upgradeToVersion4(transaction: Transaction): Promise<void> {
  // A damaged row without a command cannot be shown or carried out.
  const journal = (await transaction.table<JournalRow>('journal').toArray()).filter((row) => Boolean(row.command));
  const isOwn = (row: JournalRow): row is OwnCommand => isVerificationCommand(row.command as OwnCommand['command']);
  const others = journal.filter((row) => !isOwn(row));
  const verifications: FormerVerification[] = await transaction.table('verifications').toArray();
  // The service worker was stopped between writing the command and writing the verification.
  for (const { command, state, createdAt: startedAt, updatedAt } of journal) {
    if (command.kind !== 'text-code' || (state !== 'accepted' && state !== 'requested')) continue;
    const { verificationId: id, accountId, type, purpose } = command;
    if (verifications.some((row) => row.id === id)) continue;
    verifications.push({ id, accountId, type, purpose, state: 'sending', startedAt, updatedAt });
  }
  const commandsOf = (id: string) =>
    journal.filter((row): row is OwnCommand => isOwn(row) && row.command.verificationId === id);
  await transaction
    .table('verifications')
    .bulkPut(verifications.map((former) => verificationOf(former, commandsOf(former.id))));
  await transaction.table('outbox').bulkAdd(others.map((row) => outboxRowOf(row, verifications)));
  await transaction.table('notices').bulkAdd(await transaction.table('farewells').toArray());
}

function outboxRowOf({ stepUp, ...row }: JournalRow, verifications: readonly FormerVerification[]): CommandRow {
  const command = outboxCommandOf(row.command as Exclude<JournalRow['command'], VerificationCommand>, verifications);
  const isSent = isWrite(command) && row.state === 'requested';
  return {
    ...row,
    command,
    ...(isSent ? { sentAt: row.updatedAt } : {}),
    ...(stepUp
      ? { stepUp: { resume: stepUp.resume === 'accepted' ? 'requested' : stepUp.resume, signIns: Number(stepUp.done) } }
      : {}),
  };
}

function outboxCommandOf(
  command: Exclude<JournalRow['command'], VerificationCommand>,
  verifications: readonly FormerVerification[],
): OutboxCommand {
  if (command.kind !== 'step-up') return command;
  const { commandId, ...others } = command;
  const verification = verifications.find((row) => row.commandId === commandId);
  return { ...others, waitingId: verification?.id ?? commandId };
}

function verificationOf(
  { commandId: _, ...former }: FormerVerification,
  commands: readonly OwnCommand[],
): Verification {
  const { id, state, challenge, readAt, updatedAt } = former;
  const newestFirst = commands.toSorted((one, other) => other.createdAt - one.createdAt);
  const wasResent = newestFirst.some(
    ({ command, createdAt }) => command.kind === 'resend-code' && createdAt <= (challenge?.sentAt ?? 0),
  );
  const oldestFirst = newestFirst.toReversed();
  const requestIds = oldestFirst.flatMap((row) => [row.requestIds ?? [], row.error?.requestId ?? []].flat());
  const row: Verification = {
    ...former,
    commandIds: newestFirst.map((command) => command.id),
    texts: challenge ? 1 + Number(wasResent) : 0,
    ...(requestIds.length > 0 ? { requestIds: [...new Set(requestIds)] } : {}),
  };
  if (!isOpenVerification(row)) return state === 'registered' && readAt === undefined ? { ...row, state: 'done' } : row;
  const waiting = newestFirst.find((command) => command.state === 'needs-step-up');
  const step = waiting && steps[waiting.command.kind];
  if (step) return { ...row, state: 'needs-step-up', stepUp: { step } };
  // The sign-in was demanded, but no command waits for it any more.
  if (row.state === 'needs-step-up') return { ...row, state: 'cancelled' };
  // The gateway is asked for the outcome of an interrupted request: the update has emptied storage.session.
  const interrupted = newestFirst.find((command) => command.state === 'accepted' || command.state === 'requested');
  const underWay = readAt === undefined ? interrupted && steps[interrupted.command.kind] : 'resending';
  const open = row.state === 'awaiting-code' ? underWay : row.state;
  if (!open) return row;
  const request = { id, step: open, clickedAt: updatedAt, isSent: true };
  return { ...row, state: open === 'resending' ? 'awaiting-code' : open, request };
}
