// The steps of registering or changing a number by a one-time code, derived from the verification and the draft.

import type { VerificationCommand } from '../../lib/shared/model/commands.ts';
import { type ErrorDetails, errorKinds, mayHaveTakenEffect } from '../../lib/shared/model/errors.ts';
import { isOpenVerification, type VerificationStep } from '../../lib/shared/model/phone-verification.ts';
import type { CachedMethod, Verification } from '../../lib/shared/model/rows.ts';
import type { Asked } from '../data/ask.ts';
import type { AccountOverview } from './accounts.ts';
import { newestVerification, type PageState, type Progress, progressOfKind } from './progress.ts';

/** The phone types that can be registered, in the order in which they are offered. */
const registrableTypes = ['mobile', 'alternateMobile', 'office'] as const;
export type RegistrableType = (typeof registrableTypes)[number];

/** What the user typed, and the verification it was sent as. Kept in storage.session. */
export interface AddingDraft {
  accountId: string;
  /** The method whose number is to be changed; missing for a new number. */
  changes?: string;
  phoneNumber: string;
  /** The chosen country; missing until the user chooses one. */
  country?: string;
  type?: RegistrableType;
  /** The last request for a text message; the number in E.164. */
  sent?: { id: string; phoneNumber: string; type: RegistrableType } | undefined;
  code: string;
  /** The verification whose result the user has seen, or that they gave up. */
  over?: string | undefined;
}

export function emptyAdding(accountId: string): AddingDraft {
  return { accountId, phoneNumber: '', code: '' };
}

/** The draft for a new number (`changes` is `undefined`) or a change; the input of another purpose is dropped. */
export function draftFor(draft: AddingDraft, changes: string | undefined): AddingDraft {
  if (draft.changes === changes) return draft;
  const { accountId, over } = draft;
  return { ...emptyAdding(accountId), over, ...(changes === undefined ? {} : { changes }) };
}

export interface AddPhoneProps {
  pageState: PageState;
  overview: AccountOverview;
  /** The method whose number is to be changed; missing for a new number. */
  changes: CachedMethod | undefined;
  draft: AddingDraft;
  onDraft: (change: Partial<AddingDraft>) => void;
}

/** How long a result that the user has not dismissed is shown. */
const visibleMs = 10 * 60_000;

export type RegistrationStep =
  | { step: 'number'; isSending: boolean; error?: ErrorDetails; endedId?: string; lost?: Asked }
  | { step: 'step-up'; verification: Verification; waiting: VerificationStep; signedOut: boolean; signIn: Progress }
  | {
      step: 'code';
      verification: Verification;
      isConfirming: boolean;
      isResending: boolean;
      wasResent: boolean;
      error?: CodeError;
      lost?: Asked;
    }
  | { step: 'registered'; verification: Verification; isAppearing: boolean };

/** `end`: shown in place of the code field, because no code is accepted any more. */
export interface CodeError {
  at: 'field' | 'note' | 'end';
  details: ErrorDetails;
}

/** An open verification is shown whatever its purpose; a result only where it was asked for. */
export function registrationStep(pageState: PageState, draft: AddingDraft): RegistrationStep {
  const { accountId, over, sent } = draft;
  const newest = newestVerification(pageState, accountId);
  const current = newest?.id === over ? undefined : newest;
  if (current && isOpenVerification(current)) return openStep(pageState, current);
  const isOfDraft = isOfPurpose(pageState, draft);
  const asked = lastAsked(
    pageState,
    (command) =>
      command.kind === 'text-code' &&
      command.accountId === accountId &&
      command.verificationId !== over &&
      isOfDraft(command),
  );
  if (asked) return { step: 'number', isSending: !asked.lost, ...(asked.lost ? { lost: asked } : {}) };
  if (!current || !isOfDraft(current)) return { step: 'number', isSending: false };
  const { id, state, error, updatedAt } = current;
  const isRecent = pageState.now - updatedAt <= visibleMs;
  if (isRecent && (state === 'registered' || state === 'done')) {
    return { step: 'registered', verification: current, isAppearing: state === 'registered' };
  }
  const isShown = state === 'failed' && (isRecent || id === sent?.id);
  const details = error ?? { kind: 'unexpected-answer', at: updatedAt };
  return { step: 'number', isSending: false, ...(isShown ? { error: details, endedId: id } : {}) };
}

function isOfPurpose({ rows }: PageState, { accountId, changes }: AddingDraft) {
  const changed = rows.methods.find((method) => method.accountId === accountId && method.id === changes);
  return ({ purpose, type }: Pick<Verification, 'purpose' | 'type'>) =>
    changes === undefined ? purpose === 'add' : purpose === 'change' && type === changed?.type;
}

/** The last command that has not reached the verification's row. */
function lastAsked({ asked, rows }: PageState, matches: (command: VerificationCommand) => boolean): Asked | undefined {
  const accepted = new Set(rows.verifications.flatMap(({ commandIds }) => commandIds));
  return asked.findLast(({ id, command }) => !accepted.has(id) && matches(command as VerificationCommand));
}

function openStep(pageState: PageState, verification: Verification): RegistrationStep {
  const { id, state, stepUp, request, error, texts } = verification;
  if (state === 'sending') return { step: 'number', isSending: true };
  const shown = codeError(pageState, verification);
  if (state === 'needs-step-up' && stepUp && shown?.at !== 'end') {
    return {
      step: 'step-up',
      verification,
      waiting: stepUp.step,
      signedOut: error?.kind === 'signed-out',
      signIn: progressOfKind(pageState, 'step-up', ({ waitingId }) => waitingId === id),
    };
  }
  const asked = lastAsked(
    pageState,
    (command) => (command.kind === 'confirm-code' || command.kind === 'resend-code') && command.verificationId === id,
  );
  const askedKind = asked && !asked.lost ? asked.command.kind : undefined;
  return {
    step: 'code',
    verification,
    isConfirming: state === 'confirming' || askedKind === 'confirm-code',
    isResending: request?.step === 'resending' || askedKind === 'resend-code',
    wasResent: texts > 1,
    ...(shown && state !== 'confirming' ? { error: shown } : {}),
    ...(asked?.lost ? { lost: asked } : {}),
  };
}

function codeError({ now }: PageState, { error, challenge }: Verification): CodeError | undefined {
  if (challenge && challenge.expiresAt <= now) {
    return { at: 'end', details: { kind: 'code-expired', at: challenge.expiresAt } };
  }
  if (!error || error.kind === 'needs-step-up') return undefined;
  const { shownAt } = errorKinds[error.kind];
  return { at: shownAt === 'code-field' ? 'field' : shownAt === 'code-end' ? 'end' : 'note', details: error };
}

/**
 * The verification id to ask for a text message with: the last one while its outcome is unknown, because the gateway sends
 * one message per id; `undefined` if a new one is needed.
 */
export function idToSendAgain(
  request: { phoneNumber: string; type: RegistrableType },
  { sent, over }: AddingDraft,
  verifications: readonly Verification[],
): string | undefined {
  if (sent?.phoneNumber !== request.phoneNumber || sent.type !== request.type) return undefined;
  const verification = verifications.find(({ id }) => id === sent.id);
  // An open verification that is over was given up.
  if (!verification || isOpenVerification(verification)) return sent.id === over ? undefined : sent.id;
  const { state, error } = verification;
  return state === 'failed' && error && mayHaveTakenEffect(error) ? sent.id : undefined;
}

/** The types that the account has no number of. Only a mobile number can sign in, so the first number is one. */
export function freeTypes(methods: readonly Pick<CachedMethod, 'type'>[]): RegistrableType[] {
  const free = registrableTypes.filter((type) => !methods.some((method) => method.type === type));
  return free.includes('mobile') ? ['mobile'] : free;
}

/** A changed number keeps its type. */
export function changeableTypes({ type }: Pick<CachedMethod, 'type'>): RegistrableType[] {
  return registrableTypes.filter((each) => each === type);
}

/** The seconds left at which a screen reader announces a countdown. */
const spokenSeconds = [0, 10, 30] as const;

/** The announced second that lies between two counts. */
export function spokenMoment(before: number, seconds: number): number | undefined {
  return spokenSeconds.find((moment) => before > moment && seconds <= moment);
}
