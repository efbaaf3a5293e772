// Registering a phone number by a code, from the database's rows and what was typed to the step a person is at. Pure.

import type { Command } from '../../lib/shared/model/commands.ts';
import { type ErrorDetails, errorKinds, mayHaveTakenEffect } from '../../lib/shared/model/errors.ts';
import type { CachedMethod, Verification } from '../../lib/shared/model/rows.ts';
import { type PageState, type Progress, progressOf, progressOfKind } from './progress.ts';
import { isOpen, newestVerification } from './verifications.ts';

/** The types a registered number can have, in the order they are offered. */
const registrableTypes = ['mobile', 'alternateMobile', 'office'] as const;
export type RegistrableType = (typeof registrableTypes)[number];

/** What was typed so far, and how it relates to what was asked for. In memory only. */
export interface AddingDraft {
  accountId: string;
  /** The method whose number is to be changed; none where a further one is added. */
  changes?: string;
  /** As it was typed. */
  number: string;
  /** Where it was chosen; else the likely one. */
  country?: string;
  type?: RegistrableType;
  /** What was asked to be texted last; the number in E.164. */
  sent?: { id: string; number: string; type: RegistrableType } | undefined;
  code: string;
  /** The verification that is over for the person: its end was seen, or another number is wanted. */
  over?: string | undefined;
}

export function emptyAdding(accountId: string): AddingDraft {
  return { accountId, number: '', code: '' };
}

/** What was typed for one purpose is not carried over to another. */
export function draftFor(draft: AddingDraft, changes: string | undefined): AddingDraft {
  if (draft.changes === changes) return draft;
  const { accountId, over } = draft;
  return { ...emptyAdding(accountId), over, ...(changes === undefined ? {} : { changes }) };
}

/** How long an end that was not seen is still shown. */
const newsMs = 10 * 60_000;

export type RegistrationStep =
  | {
      step: 'number';
      isSending: boolean;
      /** Why no code was texted, or no number registered. */
      error?: ErrorDetails;
      /** The verification or the command that ended so, for closing what is said of it. */
      endedId?: string;
      lost?: Extract<Progress, { state: 'lost' }>;
    }
  | {
      step: 'step-up';
      verification: Verification;
      /** The command that goes on after the sign-in, and what it is. */
      commandId: string | undefined;
      waiting: 'text-code' | 'resend-code' | 'confirm-code';
      signedOut: boolean;
      signIn: Progress;
    }
  | {
      step: 'code';
      verification: Verification;
      isConfirming: boolean;
      isResending: boolean;
      /** A newer text than the first one went out. */
      wasResent: boolean;
      error?: CodeError;
      lost?: Extract<Progress, { state: 'lost' }>;
    }
  | { step: 'registered'; verification: Verification; isAppearing: boolean };

/** Where an error of the code step is said: at the field, beside it, or in place of it, since no code counts any more. */
export interface CodeError {
  at: 'field' | 'note' | 'end';
  details: ErrorDetails;
}

type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;

/** A number that waits for its code comes first, whatever it is for; what has ended is told to whom it is about. */
export function registrationStep(pageState: PageState, draft: AddingDraft): RegistrationStep {
  const { accountId, over, sent } = draft;
  const isOfThis = purposeOf(pageState, draft);
  const newest = newestVerification(pageState, accountId);
  if (newest && newest.id !== over && isOpen(newest)) return openStep(pageState, newest);
  const verification = newest && newest.id !== over && isOfThis(newest) ? newest : undefined;
  const texting = progressOfKind(
    pageState,
    'text-code',
    (command) => command.accountId === accountId && command.verificationId !== over && isOfThis(command),
  );
  if (texting.state === 'running') return { step: 'number', isSending: true };
  if (texting.state === 'lost') return { step: 'number', isSending: false, lost: texting };
  const isNews = verification && pageState.now - verification.updatedAt <= newsMs;
  if (verification?.state === 'registered' && isNews) {
    return { step: 'registered', verification, isAppearing: verification.readAt !== undefined };
  }
  if (verification?.state === 'failed' && (isNews || verification.id === sent?.id)) {
    const error = verification.error ?? { kind: 'unexpected-answer', at: verification.updatedAt };
    return { step: 'number', isSending: false, error, endedId: verification.id };
  }
  const isOwnFailure =
    texting.state === 'failed' && (texting.command as Of<'text-code'>).verificationId === sent?.id && !verification;
  return isOwnFailure
    ? { step: 'number', isSending: false, error: texting.error, endedId: texting.id }
    : { step: 'number', isSending: false };
}

/** Whether a verification is of what the draft is for. */
function purposeOf({ rows }: PageState, { accountId, changes }: AddingDraft) {
  const changed = rows.methods.find((method) => method.accountId === accountId && method.id === changes);
  return ({ purpose, type }: Pick<Verification, 'purpose' | 'type'>) =>
    changes === undefined ? purpose === 'add' : purpose === 'change' && type === changed?.type;
}

function openStep(pageState: PageState, verification: Verification): RegistrationStep {
  const { id, state, commandId, challenge } = verification;
  if (state === 'sending') return { step: 'number', isSending: true };
  if (state === 'needs-step-up') {
    return {
      step: 'step-up',
      verification,
      commandId,
      waiting: 'text-code',
      signedOut: verification.error?.kind === 'signed-out',
      signIn: progressOfKind(pageState, 'step-up', (command) => command.commandId === commandId),
    };
  }
  const confirming = progressOfKind(pageState, 'confirm-code', ({ verificationId }) => verificationId === id);
  const resending = progressOfKind(pageState, 'resend-code', ({ verificationId }) => verificationId === id);
  const last = progressOf(
    pageState,
    (command) => (command.kind === 'confirm-code' || command.kind === 'resend-code') && command.verificationId === id,
  );
  const ended = codeError(pageState, verification);
  if (last.state === 'needs-step-up' && ended?.at !== 'end') {
    const { id: waitingId, command, signedOut, signIn } = last;
    const waiting = command.kind === 'resend-code' ? 'resend-code' : 'confirm-code';
    return { step: 'step-up', verification, commandId: waitingId, waiting, signedOut, signIn };
  }
  const error = ended ?? (last.state === 'failed' ? codeErrorOf(last.error) : undefined);
  return {
    step: 'code',
    verification,
    isConfirming: state === 'confirming' || confirming.state === 'running',
    isResending: resending.state === 'running',
    wasResent: pageState.rows.outbox.some(
      ({ command, createdAt }) =>
        command.kind === 'resend-code' && command.verificationId === id && createdAt <= (challenge?.sentAt ?? 0),
    ),
    ...(error && state !== 'confirming' ? { error } : {}),
    ...(last.state === 'lost' ? { lost: last } : {}),
  };
}

function codeError(pageState: PageState, { accountId, error, challenge }: Verification): CodeError | undefined {
  if (challenge && challenge.expiresAt <= pageState.now) {
    return { at: 'end', details: { kind: 'code-expired', at: challenge.expiresAt } };
  }
  // A fresh sign-in that is demanded is asked for as long as its command waits for it; given up, there is nothing to say.
  if (!error || error.kind === 'needs-step-up') return undefined;
  return error.kind === 'signed-out' && hasSignedInSince(pageState, accountId, error.at)
    ? undefined
    : codeErrorOf(error);
}

function codeErrorOf(details: ErrorDetails): CodeError {
  const { shownAt } = errorKinds[details.kind];
  return { at: shownAt === 'code-field' ? 'field' : shownAt === 'code-end' ? 'end' : 'note', details };
}

function hasSignedInSince({ rows }: PageState, accountId: string, time: number): boolean {
  return rows.outbox.some(
    (entry) =>
      (entry.command.kind === 'sign-in' || entry.command.kind === 'step-up') &&
      entry.accountId === accountId &&
      entry.state === 'done' &&
      entry.updatedAt >= time,
  );
}

/**
 * The id to ask for a text with: the last one while it is not known whether its text went out, so that asking again never
 * sends two; undefined where a new one is needed.
 */
export function idToSendAgain(
  request: { number: string; type: RegistrableType },
  { sent, over }: AddingDraft,
  verifications: readonly Verification[],
): string | undefined {
  if (sent?.number !== request.number || sent.type !== request.type) return undefined;
  const verification = verifications.find(({ id }) => id === sent.id);
  // Over while it is open: given up, to start again.
  if (!verification || isOpen(verification)) return sent.id === over ? undefined : sent.id;
  const { state, error } = verification;
  return state === 'failed' && error && mayHaveTakenEffect(error) ? sent.id : undefined;
}

/** The types an account has no number of yet. The first mobile number is the one that can sign in, so there is no choice. */
export function freeTypes(methods: readonly Pick<CachedMethod, 'type'>[]): RegistrableType[] {
  const free = registrableTypes.filter((type) => !methods.some((method) => method.type === type));
  return free.includes('mobile') ? ['mobile'] : free;
}

/** A number that takes another one's place is of its type. */
export function changeableTypes({ type }: Pick<CachedMethod, 'type'>): RegistrableType[] {
  return registrableTypes.filter((each) => each === type);
}

/** The seconds before an end at which a countdown is spoken. */
const spokenSeconds = [0, 10, 30] as const;

/** The moment worth speaking that was reached on the way from one count to a later one. */
export function spokenMoment(before: number, seconds: number): number | undefined {
  return spokenSeconds.find((moment) => before > moment && seconds <= moment);
}
