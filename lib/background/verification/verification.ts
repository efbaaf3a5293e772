// Proving a number by a code, as states in the database. A text is sent only by a person's click: whatever else happens here
// asks the gateway what became of it, and never sends again.

import type { CommandChange } from '../../shared/model/command-row.ts';
import type { Command } from '../../shared/model/commands.ts';
import { detailsOf, type ErrorDetails, IdentityError, isOutcomeUnknown } from '../../shared/model/errors.ts';
import type { Challenge } from '../../shared/model/phone-verification.ts';
import type { Account, Verification } from '../../shared/model/rows.ts';
import type { InlineVerifier } from '../backend.ts';
import { demandOf } from '../commands/step-up.ts';
import { requireAccount } from '../db/accounts.ts';
import type { Database } from '../db/database.ts';
import type { Sync } from '../sync/sync.ts';
import type { Secrets } from './secrets.ts';

type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;

/** How long an answer that was lost is asked for, and a registered number is waited for in the directory. */
const settleMs = 35_000;
const readDelayMs = 2_000;
/** Times of two answers differ by their way here; two texts are half a minute apart. */
const sameTextMs = 10_000;

const steps = ['text-code', 'resend-code', 'confirm-code'] as const;
type Step = Of<(typeof steps)[number]>;

/** A command whose effect the gateway can be asked for, so that it is not done twice. */
export function isVerifying(command: Command): command is Step {
  return (steps as readonly Command['kind'][]).includes(command.kind);
}

export function createVerification(dependencies: {
  database: Database;
  /** @param commandId whose row keeps the ids of the requests */
  verifierOf(account: Account, commandId?: string): Promise<InlineVerifier>;
  secrets: Secrets;
  sync: Sync;
  now: () => number;
  wakeAt(time: number): void;
}) {
  const { database, verifierOf, secrets, sync, now, wakeAt } = dependencies;
  const running = new Set<string>();

  async function save(
    id: string,
    change: { [Field in keyof Verification]?: Verification[Field] | undefined },
  ): Promise<void> {
    await database.verifications.update(id, { ...change, updatedAt: now() } as Partial<Verification>);
  }

  async function inlineVerifier(accountId: string, commandId?: string): Promise<InlineVerifier> {
    return verifierOf(await requireAccount(database, accountId), commandId);
  }

  async function textCode(command: Of<'text-code'>, commandId: string): Promise<CommandChange | undefined> {
    const { verificationId: id, accountId, type, purpose } = command;
    const number = await secrets.read(commandId);
    const time = now();
    await database.verifications.put({
      id,
      accountId,
      type,
      purpose,
      state: 'sending',
      commandId,
      startedAt: time,
      updatedAt: time,
    });
    try {
      // Lost with the browser's memory: the person is asked for the number again.
      if (number === undefined) throw new IdentityError('interrupted');
      const verifier = await inlineVerifier(accountId, commandId);
      await take(id, await verifier.start(id, { phoneNumber: number, type, purpose }));
      await secrets.forget(commandId);
      return undefined;
    } catch (thrown) {
      const error = detailsOf(thrown);
      const demand = demandOf(thrown);
      if (demand) await save(id, { state: 'needs-step-up', error });
      else if (isOutcomeUnknown(error)) await ask(id, error);
      else await refused(id, command, error);
      return demand;
    }
  }

  async function refused(id: string, { accountId }: Of<'text-code'>, error: ErrorDetails): Promise<void> {
    // The gateway knows no phone of this type: it was removed elsewhere, and the cache does not know that yet. No code could
    // have expired yet.
    const isGone = error.kind === 'code-expired';
    await save(id, { state: 'failed', error: isGone ? { ...error, kind: 'unexpected-answer' } : error });
    if (isGone) await sync.read(accountId).catch(() => undefined);
  }

  async function resendCode(command: Of<'resend-code'>, commandId: string): Promise<CommandChange | undefined> {
    // Touched before the request leaves: that is how an interruption is told from one that came sooner.
    await save(command.verificationId, { error: undefined });
    return duringCodeStep(command, commandId, (verifier) => verifier.resend(command.verificationId));
  }

  async function confirmCode(command: Of<'confirm-code'>, commandId: string): Promise<CommandChange | undefined> {
    const { verificationId: id } = command;
    const code = await secrets.read(commandId);
    await save(id, { state: 'confirming', error: undefined });
    const demand = await duringCodeStep(command, commandId, (verifier) => {
      if (code === undefined) throw new IdentityError('interrupted');
      return verifier.confirm(id, code);
    });
    // It goes on with the same code after a sign-in.
    if (!demand) await secrets.forget(commandId);
    return demand;
  }

  async function cancel({ verificationId: id, accountId }: Of<'cancel-verification'>): Promise<undefined> {
    await save(id, { state: 'cancelled', readAt: undefined });
    // The gateway forgets it by itself: telling it only frees the number sooner.
    await inlineVerifier(accountId)
      .then((verifier) => verifier.cancel(id))
      .catch(() => undefined);
  }

  /** A refusal leaves the person at the code, with what is wrong; where the code can no longer be accepted, it ends. */
  async function duringCodeStep(
    { verificationId: id, accountId }: Of<'resend-code' | 'confirm-code'>,
    commandId: string,
    request: (verifier: InlineVerifier) => Promise<Challenge>,
  ): Promise<CommandChange | undefined> {
    try {
      await take(id, await request(await inlineVerifier(accountId, commandId)));
      return undefined;
    } catch (thrown) {
      const error = detailsOf(thrown);
      const demand = demandOf(thrown);
      if (demand) {
        await save(id, { state: 'awaiting-code', error, commandId });
        return demand;
      }
      if (isOutcomeUnknown(error)) {
        await ask(id, error);
        return undefined;
      }
      const current = await database.verifications.get(id);
      await save(id, {
        state: 'awaiting-code',
        error,
        ...(current?.challenge && error.attemptsLeft !== undefined
          ? { challenge: { ...current.challenge, attemptsLeft: error.attemptsLeft } }
          : {}),
      });
      return undefined;
    }
  }

  /** The answer was lost: what became of the request is asked for until it is known, or for as long as anybody waits. */
  async function ask(id: string, error: ErrorDetails): Promise<void> {
    await save(id, { error, readAt: now(), settleBy: now() + settleMs });
    await resumeOne(id);
  }

  async function take(id: string, { state, error, id: _, ...challenge }: Challenge): Promise<void> {
    switch (state) {
      case 'sent':
        return save(id, { state: 'awaiting-code', challenge, error, readAt: undefined, commandId: undefined });
      case 'confirmed':
      case 'writing':
        return later(id, { state: 'confirming', challenge, error });
      case 'failed':
        return save(id, {
          state: 'failed',
          challenge,
          error: error ?? { kind: 'unexpected-answer', at: now() },
          readAt: undefined,
        });
      case 'done':
        await save(id, { state: 'registered', challenge, error: undefined, readAt: now(), settleBy: now() + settleMs });
        return resumeOne(id);
    }
  }

  async function later(id: string, change: Parameters<typeof save>[1]): Promise<void> {
    const readAt = now() + readDelayMs;
    await save(id, { ...change, readAt });
    wakeAt(readAt);
  }

  async function resumeOne(id: string): Promise<void> {
    const verification = await database.verifications.get(id);
    if (verification?.readAt === undefined || verification.readAt > now()) return;
    if (verification.state === 'registered') return findMethod(verification);
    try {
      const verifier = await inlineVerifier(verification.accountId);
      const challenge = await verifier.get(id);
      // What was on its way when the answer was lost has not counted: the challenge still waits for a code, by the same text.
      const isSame = verification.state === 'confirming' || isSameText(verification.challenge, challenge);
      const lost = challenge.state === 'sent' && isSame ? verification.error : undefined;
      await take(id, lost ? { ...challenge, error: lost } : challenge);
    } catch (thrown) {
      const error = detailsOf(thrown);
      // Nothing is known of it: the request never arrived.
      if (error.kind === 'code-expired' && verification.state === 'sending') {
        return save(id, {
          state: 'failed',
          error: verification.error ?? { kind: 'interrupted', at: now() },
          readAt: undefined,
        });
      }
      if (error.kind === 'needs-step-up' || error.kind === 'signed-out')
        return save(id, { ...standing(verification), error, readAt: undefined });
      // It is asked for again when it may be, however long that is.
      if (error.kind === 'paused') return save(id, { readAt: now(), settleBy: now() + settleMs });
      if (now() < (verification.settleBy ?? 0) && isOutcomeUnknown(error)) return later(id, {});
      await save(id, { ...standing(verification), error, readAt: undefined });
    }
  }

  function isSameText(known: Verification['challenge'], { sentAt }: Challenge): boolean {
    return known !== undefined && Math.abs(sentAt - known.sentAt) < sameTextMs;
  }

  /** Where the person goes on when nothing can be found out: at the code if there is one, else at the number. */
  function standing({ challenge }: Verification): Pick<Verification, 'state'> {
    return { state: challenge ? 'awaiting-code' : 'failed' };
  }

  /** The directory may show a registered number only after a while. */
  async function findMethod({ id, accountId, type, challenge, settleBy = 0 }: Verification): Promise<void> {
    await sync.read(accountId).catch(() => undefined);
    const method = await database.methods
      .where({ accountId })
      .filter((candidate) => candidate.type === type)
      .first();
    if (method && method.masked === challenge?.sentTo) return save(id, { methodId: method.id, readAt: undefined });
    if (now() >= settleBy) return save(id, { readAt: undefined });
    await later(id, {});
  }

  /** Goes on with whatever waits for an answer. */
  async function resume(): Promise<void> {
    const waiting = await database.verifications
      .filter(({ readAt }) => readAt !== undefined && readAt <= now())
      .toArray();
    await Promise.all(
      waiting.map(async ({ id }) => {
        if (running.has(id)) return;
        running.add(id);
        await resumeOne(id).finally(() => running.delete(id));
      }),
    );
  }

  /** Once per start of the background: what was under way when the previous one stopped is asked for. */
  async function recover(): Promise<void> {
    const interrupted = await database.verifications.where('state').anyOf('sending', 'confirming').toArray();
    for (const { id } of interrupted) {
      await save(id, { error: { kind: 'interrupted', at: now() }, readAt: now(), settleBy: now() + settleMs });
    }
    void resume();
  }

  /**
   * What became of a step that was under way when the background stopped.
   * @param since when it was begun
   * @returns false where nothing was asked of the gateway, so that it can be done again
   */
  async function takenUp({ kind, verificationId: id }: Step, since: number): Promise<boolean> {
    const verification = await database.verifications.get(id);
    if (!verification || verification.updatedAt < since) return false;
    const { state, error, challenge } = verification;
    // A sign-in was demanded, and the command's row does not know that yet.
    if (state === 'needs-step-up' || error?.kind === 'needs-step-up' || error?.kind === 'signed-out') return false;
    const isResent = challenge !== undefined && challenge.sentAt > since - sameTextMs;
    if (kind === 'resend-code' && state === 'awaiting-code' && !isResent) {
      await ask(id, { kind: 'interrupted', at: now() });
    }
    return true;
  }

  return { textCode, resendCode, confirmCode, cancel, resume, recover, takenUp };
}

export type VerificationJourney = ReturnType<typeof createVerification>;
