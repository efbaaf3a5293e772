// Registers or changes a number by a one-time code. A text message is sent only on a click: the outcome of a request whose
// answer was lost is read from the gateway.

import * as v from 'valibot';
import { freshnessMs } from '../../shared/model/command-row.ts';
import { type CommandMessage, isVerificationCommand, type VerificationCommand } from '../../shared/model/commands.ts';
import {
  type ErrorDetails,
  errorKinds,
  IdentityError,
  identityErrorOf,
  isOutcomeUnknown,
} from '../../shared/model/errors.ts';
import { type Challenge, isOpenVerification } from '../../shared/model/phone-verification.ts';
import type { Account, Verification } from '../../shared/model/rows.ts';
import { verificationTransitions } from '../../shared/model/state-machines.ts';
import { endsAlike } from '../../shared/phone/mask.ts';
import { isSignInDemand, maxSignIns } from '../auth/step-up.ts';
import type { InlineVerifier } from '../backend.ts';
import { requireAccount } from '../db/accounts.ts';
import { changeRow, type RowChange } from '../db/change-row.ts';
import type { Database } from '../db/database.ts';
import { loggedDetails } from '../log.ts';
import type { SessionStorage } from '../session-storage.ts';
import { RequestStopped } from '../stoppable-fetch.ts';
import type { Sync } from '../sync/sync.ts';

type Request = NonNullable<Verification['request']>;
/** Returns `undefined` to leave the row as it is. */
type Change = (row: Verification) => RowChange<Verification> | undefined;

/** How long a lost answer is asked for, and a registered number is looked for in the directory. */
const settleMs = 35_000;
const readDelayMs = 2_000;
/** If two answers name send times that differ by less, both are about one text message; the gateway waits 30 s before the next. */
const sameTextMs = 10_000;

const steps = { 'text-code': 'sending', 'resend-code': 'resending', 'confirm-code': 'confirming' } as const;
/** The state in which a click on the step is accepted. `failed`: the text message is asked for again under the same id. */
const clickableIn = { sending: 'failed', resending: 'awaiting-code', confirming: 'awaiting-code' } as const;
/** The state while the request of the step is under way. */
const stateOf = { sending: 'sending', resending: 'awaiting-code', confirming: 'confirming' } as const;

export function createVerifications(dependencies: {
  database: Database;
  memory: SessionStorage;
  /** @param verificationId the row that keeps the ids of the requests */
  verifierOf(account: Account, verificationId?: string): Promise<InlineVerifier>;
  sync: Pick<Sync, 'read'>;
  /** Whether a sign-in can meet the demand. @param signIns completed for the request so far */
  canMeet(accountId: string, demand: IdentityError, signIns: number): Promise<boolean>;
  /** Called when the user asks for something new of the account. */
  startCommand(accountId: string): Promise<void>;
  now: () => number;
  wakeAt(time: number): void;
}) {
  const { database, memory, sync, canMeet, now, wakeAt } = dependencies;
  const idsBeingRead = new Set<string>();

  /** Also forgets the phone number and the code once no request needs them. */
  async function change(id: string, to: Change): Promise<Verification | undefined> {
    let neededInput = false;
    const row = await changeRow(database.verifications, verificationTransitions, id, now(), (current) => {
      neededInput = Boolean(current.request ?? current.stepUp);
      return to(current);
    });
    if (neededInput && row && !row.request && !row.stepUp) await forgetInput(id);
    return row;
  }

  /** Changes the row, unless the user cancelled the request or clicked something else meanwhile. */
  function changeIfCurrent(id: string, request: Request, to: Change): Promise<Verification | undefined> {
    return change(id, (row) => (row.request?.id === request.id ? to(row) : undefined));
  }

  function endRequest(id: string, request: Request, to: Change): Promise<Verification | undefined> {
    return changeIfCurrent(id, request, (row) => ({ request: undefined, readAt: undefined, ...to(row) }));
  }

  async function forgetInput(id: string): Promise<void> {
    await memory.remove(`phoneNumber:${id}`);
    await memory.remove(`code:${id}`);
  }

  async function verifierOf(accountId: string, id?: string): Promise<InlineVerifier> {
    return dependencies.verifierOf(await requireAccount(database, accountId), id);
  }

  /** Writes the row and returns; the request follows. A repeated message or a double click has no effect. */
  async function accept({ id: commandId, command, phoneNumber, code }: CommandMessage): Promise<void> {
    if (!isVerificationCommand(command)) throw new Error('This command has its row in the outbox.');
    const { verificationId: id } = command;
    if (command.kind === 'cancel-verification') return cancel(id, commandId);
    if (!(await acceptClick(command, commandId))) return;
    await dependencies.startCommand(command.accountId);
    if (phoneNumber !== undefined) await memory.set({ [`phoneNumber:${id}`]: phoneNumber });
    if (code !== undefined) await memory.set({ [`code:${id}`]: code });
    void run(id);
  }

  async function acceptClick(
    command: Exclude<VerificationCommand, { kind: 'cancel-verification' }>,
    commandId: string,
  ): Promise<boolean> {
    const { verificationId: id } = command;
    const request = newRequest(steps[command.kind]);
    if (command.kind === 'text-code') {
      const { accountId, type, purpose } = command;
      const times = { startedAt: now(), updatedAt: now() };
      const fields = { id, accountId, type, purpose, commandIds: [commandId], request, texts: 0, ...times };
      const isAdded = await database.transaction('rw', database.verifications, async () => {
        if (await database.verifications.get(id)) return false;
        return Boolean(await database.verifications.add({ ...fields, state: 'sending' }));
      });
      if (isAdded) return true;
    }
    let isAccepted = false;
    await change(id, (row) => {
      if (row.commandIds.includes(commandId)) return undefined;
      const commandIds = [...row.commandIds, commandId];
      const { step } = request;
      // A code can be confirmed while a new text message is requested.
      isAccepted = row.state === clickableIn[step] && (step !== 'resending' || !row.request);
      if (!isAccepted) return { commandIds };
      const restartFields = step === 'sending' ? { startedAt: now(), challenge: undefined } : {};
      return { state: stateOf[step], commandIds, request, error: undefined, readAt: undefined, ...restartFields };
    });
    return isAccepted;
  }

  function newRequest(step: Request['step'], signIns = 0): Request {
    return { id: crypto.randomUUID(), step, clickedAt: now(), isSent: false, signIns };
  }

  async function run(id: string): Promise<void> {
    const row = await database.verifications.get(id);
    if (!row?.request) return;
    const { accountId, type, purpose, request } = row;
    const { step } = request;
    try {
      const verifier = await verifierOf(accountId, id);
      const keys = { phoneNumber: `phoneNumber:${id}`, code: `code:${id}` };
      const phoneNumber = step === 'sending' ? (await memory.get(keys.phoneNumber))[keys.phoneNumber] : '';
      const code = step === 'confirming' ? (await memory.get(keys.code))[keys.code] : '';
      // A restart of the browser empties storage.session.
      if (!v.is(v.string(), phoneNumber) || !v.is(v.string(), code)) throw new IdentityError('interrupted');
      if (!(await changeIfCurrent(id, request, () => ({ request: { ...request, isSent: true } })))) return;
      let challenge: Challenge;
      if (step === 'sending') challenge = await verifier.start(id, { phoneNumber, type, purpose });
      else if (step === 'confirming') challenge = await verifier.confirm(id, code);
      else challenge = await verifier.resend(id);
      await applyChallenge(id, request, challenge, step !== 'confirming');
    } catch (thrown) {
      await handleFailure(row, request, thrown);
    }
  }

  async function handleFailure({ id, accountId }: Verification, request: Request, thrown: unknown): Promise<void> {
    const details = loggedDetails('A request to the gateway failed.', thrown);
    const demand = identityErrorOf(thrown);
    const { signIns = 0 } = request;
    const isDemand = isSignInDemand(demand);
    const mayAsk = isDemand && (await canMeet(accountId, demand, signIns));
    const error: ErrorDetails = isDemand && !mayAsk ? { ...details, kind: 'step-up-repeated' } : details;
    if (mayAsk) {
      const stepUp = { step: request.step, signIns };
      await endRequest(id, request, () => ({ state: 'needs-step-up', error, stepUp }));
    } else if ((isOutcomeUnknown(error) && error.scope === undefined) || thrown instanceof RequestStopped) {
      // Errors with a scope are of the sign-in service, before anything was sent to the gateway.
      await changeIfCurrent(id, request, () => ({ error, readAt: now(), settleBy: now() + settleMs }));
      await readOutcome(id);
    } else if (request.step !== 'sending') {
      const { attemptsLeft } = error;
      await endRequest(id, request, ({ challenge }) => ({
        state: 'awaiting-code',
        error,
        ...(challenge && attemptsLeft !== undefined ? { challenge: { ...challenge, attemptsLeft } } : {}),
      }));
    } else {
      // No code was sent yet, so `code-expired` means that the phone to be changed was removed elsewhere.
      const isGone = error.kind === 'code-expired';
      await endRequest(id, request, () => ({
        state: 'failed',
        error: isGone ? { ...error, kind: 'unexpected-answer' } : error,
      }));
      // The account shows why a sync failed.
      if (isGone) await sync.read(accountId).catch(() => undefined);
    }
  }

  /** @param lost why the answer to the request was lost, if the gateway shows that the request had no effect */
  async function applyChallenge(
    id: string,
    request: Request,
    { id: _, state, error, ...challenge }: Challenge,
    isNewText: boolean,
    lost?: ErrorDetails,
  ): Promise<void> {
    const isCodeAccepted = state === 'confirmed' || state === 'writing' || state === 'done';
    await change(id, (row) => {
      if (!row.request) return undefined;
      const texts = row.texts + Number(isNewText);
      return { challenge, texts, ...(row.state === 'sending' && isCodeAccepted ? { state: 'awaiting-code' } : {}) };
    });
    if (state === 'sent') {
      await endRequest(id, request, () => ({ state: 'awaiting-code', error: lost ?? error }));
    } else if (state === 'failed') {
      const shown = error ?? { kind: 'unexpected-answer' as const, at: now() };
      await endRequest(id, request, () => ({ state: 'failed', error: shown }));
    } else {
      await changeIfCurrent(id, request, () => ({ state: 'confirming', error }));
      if (state !== 'done') return readLater(id);
      const times = { readAt: now(), settleBy: now() + settleMs };
      await endRequest(id, request, () => ({ state: 'registered', error: undefined, ...times }));
      await readOutcome(id);
    }
  }

  async function readLater(id: string): Promise<void> {
    const readAt = now() + readDelayMs;
    await change(id, ({ state, request }) => (request || state === 'registered' ? { readAt } : undefined));
    wakeAt(readAt);
  }

  /** Asks the gateway for the outcome of the request, or looks for the registered number in the directory. */
  async function readOutcome(id: string): Promise<void> {
    const row = await database.verifications.get(id);
    if (row?.readAt === undefined || row.readAt > now() || idsBeingRead.has(id)) return;
    idsBeingRead.add(id);
    try {
      if (row.state === 'registered') await findMethod(row);
      else if (row.request) await askGateway(row, row.request);
    } finally {
      idsBeingRead.delete(id);
    }
    const isRegistered = row.state !== 'registered' && (await database.verifications.get(id))?.state === 'registered';
    if (isRegistered) await readOutcome(id);
  }

  async function askGateway(row: Verification, request: Request): Promise<void> {
    const { id, accountId, state, challenge, error: lost, settleBy = 0 } = row;
    let current: Challenge;
    try {
      const verifier = await verifierOf(accountId);
      current = await verifier.get(id);
    } catch (thrown) {
      const error = loggedDetails('The outcome of a verification could not be read.', thrown);
      // A pause by policy does not count against the time limit.
      if (error.kind === 'paused') {
        await changeIfCurrent(id, request, () => ({ readAt: now(), settleBy: now() + settleMs }));
      } else if (now() < settleBy && isOutcomeUnknown(error)) {
        await readLater(id);
      } else {
        // The gateway does not know the verification: the request did not arrive.
        const hasNotArrived = error.kind === 'code-expired' && state === 'sending';
        await giveUp(id, request, hasNotArrived ? (lost ?? { kind: 'interrupted', at: now() }) : error);
      }
      return;
    }
    const isNewText = !isSameText(challenge, current);
    const hadNoEffect = current.state === 'sent' && (state === 'confirming' || !isNewText);
    await applyChallenge(id, request, current, isNewText, hadNoEffect ? lost : undefined);
  }

  /** Goes back to the code if there is a challenge, otherwise to the number. */
  async function giveUp(id: string, request: Request, error: ErrorDetails): Promise<void> {
    await endRequest(id, request, ({ challenge }) => ({ state: challenge ? 'awaiting-code' : 'failed', error }));
  }

  async function findMethod({ id, accountId, type, challenge, settleBy = 0 }: Verification): Promise<void> {
    // After a failed sync, the next one tries again.
    await sync.read(accountId).catch(() => undefined);
    const methods = await database.methods.where({ accountId }).toArray();
    const method = methods.find((each) => each.type === type && endsAlike(each.masked, challenge?.sentTo ?? ''));
    if (!method && now() < settleBy) return readLater(id);
    await change(id, () => ({ state: 'done', readAt: undefined, ...(method ? { methodId: method.id } : {}) }));
  }

  async function cancel(id: string, commandId: string): Promise<void> {
    const row = await change(id, (current) => {
      if (!isOpenVerification(current)) return undefined;
      const commandIds = [...current.commandIds, commandId];
      return { commandIds, state: 'cancelled', request: undefined, stepUp: undefined, readAt: undefined };
    });
    if (!row) return;
    // The gateway forgets the verification after a time anyway: cancelling only frees the number sooner.
    void verifierOf(row.accountId)
      .then((verifier) => verifier.cancel(id))
      .catch(() => undefined);
  }

  async function resume(): Promise<void> {
    const isDue = ({ readAt }: Verification) => readAt !== undefined && readAt <= now();
    const due = await database.verifications.filter(isDue).toArray();
    await Promise.all(due.map(({ id }) => readOutcome(id)));
  }

  /** At each start of the service worker, before any message. */
  async function recover(): Promise<void> {
    const open = await database.verifications.where('state').anyOf('sending', 'awaiting-code', 'confirming').toArray();
    for (const { id, request } of open) {
      const error: ErrorDetails = { kind: 'interrupted', at: now() };
      if (request?.isSent) await change(id, () => ({ error, readAt: now(), settleBy: now() + settleMs }));
      else if (request && now() - request.clickedAt > freshnessMs) await giveUp(id, request, error);
      else if (request) void run(id);
    }
    void resume();
  }

  /** @param waitingId the verification that the sign-in was for: an unrelated sign-in sends no request */
  async function signedIn(accountId: string, waitingId?: string): Promise<void> {
    for (const { id } of await database.verifications.where({ accountId }).toArray()) {
      const row = await change(id, ({ state, stepUp, error }) => {
        if (state === 'needs-step-up' && stepUp && id === waitingId) {
          const request = newRequest(stepUp.step, (stepUp.signIns ?? 0) + 1);
          return { state: stateOf[stepUp.step], request, stepUp: undefined, error: undefined };
        }
        const isSignInDemand = state === 'awaiting-code' && error && errorKinds[error.kind].ask === 'sign-in';
        return isSignInDemand ? { error: undefined } : undefined;
      });
      if (row?.request) void run(id);
    }
  }

  async function countSignIn(id: string): Promise<boolean> {
    let signIns = maxSignIns;
    await change(id, ({ state, stepUp }) => {
      if (state !== 'needs-step-up' || !stepUp) return undefined;
      signIns = (stepUp.signIns ?? 0) + 1;
      return { stepUp: { ...stepUp, signIns } };
    });
    return signIns < maxSignIns;
  }

  /** The user does not want the request that waits for step-up. */
  async function dismiss(id: string): Promise<void> {
    await change(id, ({ state, stepUp }) => {
      if (state !== 'needs-step-up') return undefined;
      const next = stepUp?.step === 'sending' ? 'cancelled' : 'awaiting-code';
      return { state: next, stepUp: undefined, error: undefined };
    });
  }

  return { accept, resume, recover, signedIn, countSignIn, dismiss, forgetInput };
}

export type Verifications = ReturnType<typeof createVerifications>;

function isSameText(known: Verification['challenge'], { sentAt }: Pick<Challenge, 'sentAt'>): boolean {
  return known !== undefined && Math.abs(sentAt - known.sentAt) < sameTextMs;
}
