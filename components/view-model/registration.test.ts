import { describe, expect, test } from 'vitest';
import type { Command, OutboxCommand } from '../../lib/shared/model/commands.ts';
import type { ErrorKind } from '../../lib/shared/model/errors.ts';
import type { CachedMethod, CommandRow, Verification } from '../../lib/shared/model/rows.ts';
import type { Rows } from '../../lib/shared/tables/page-rows.ts';
import type { Asked } from '../data/ask.ts';
import type { PageState } from './progress.ts';
import {
  type AddingDraft,
  draftFor,
  emptyAdding,
  freeTypes,
  idToSendAgain,
  registrationStep,
  spokenMoment,
} from './registration.ts';

const now = Date.UTC(2026, 0, 5, 12);
const accountId = 'tenant.one';
const phoneNumber = '+447700900982';
const draft: AddingDraft = { ...emptyAdding(accountId), sent: { id: 'first', phoneNumber, type: 'mobile' } };
const challenge = {
  sentTo: '+44 •••• 982',
  codeLength: 6,
  sentAt: now - 60_000,
  expiresAt: now + 540_000,
  resendAt: now - 30_000,
  attemptsLeft: 5,
};
const textCode: Command = { kind: 'text-code', accountId, verificationId: 'first', type: 'mobile', purpose: 'add' };
const resend: Command = { kind: 'resend-code', accountId, verificationId: 'first' };
const confirm: Command = { kind: 'confirm-code', accountId, verificationId: 'first' };

function verification(state: Verification['state'], more: Partial<Verification> = {}): Verification {
  const times = { startedAt: now - 61_000, updatedAt: now - 60_000 };
  const base = { id: 'first', accountId, type: 'mobile', purpose: 'add', commandIds: ['click'], texts: 1 } as const;
  return { ...base, commandIds: ['click'], state, ...times, ...more };
}

function texted(more: Partial<Verification> = {}): Verification {
  return verification('awaiting-code', { challenge, ...more });
}

function waiting(step: NonNullable<Verification['stepUp']>['step'], more: Partial<Verification> = {}): Verification {
  const error = { kind: 'needs-step-up', at: now - 1_000 } as const;
  return verification('needs-step-up', { error, stepUp: { step }, ...more });
}

function failed(kind: ErrorKind, more: Partial<Verification> = {}): Verification {
  return verification('failed', { error: { kind, at: now - 1_000 }, ...more });
}

function pageState(verifications: Verification[], more: Partial<Rows> = {}, asked: PageState['asked'] = []): PageState {
  const rows = {
    connections: [],
    accounts: [],
    methods: [],
    outbox: [],
    registrations: [],
    verifications,
    answers: [],
    confirmations: [],
    ...more,
  };
  return { rows, asked, now };
}

const asking = (command: Command, lost: Asked['lost'] = false) => ({ id: 'asked', command, at: now, lost });
const atNumber = { step: 'number', isSending: false };

describe('the step of the registration', () => {
  test.each([
    [verification('sending'), 'number'],
    [waiting('sending'), 'step-up'],
    [verification('awaiting-code'), 'code'],
    [verification('confirming'), 'code'],
    [verification('registered'), 'registered'],
    [verification('done'), 'registered'],
    [verification('failed'), 'number'],
    [verification('cancelled'), 'number'],
  ] as const)('of $state is found without a draft', (row, step) => {
    expect(registrationStep(pageState([row]), emptyAdding(accountId)).step).toBe(step);
  });

  test('is sending from the click until the verification has a row', () => {
    expect(registrationStep(pageState([], {}, [asking(textCode)]), draft)).toEqual({ step: 'number', isSending: true });
    const again = pageState([failed('offline')], {}, [asking(textCode)]);
    expect(registrationStep(again, draft)).toEqual({ step: 'number', isSending: true });
  });

  test('does not count a command that the row has accepted as still unanswered', () => {
    const accepted = failed('offline', { commandIds: ['asked'] });
    expect(registrationStep(pageState([accepted], {}, [asking(textCode)]), draft)).toHaveProperty('error');
  });

  test('shows a lost command', () => {
    expect(registrationStep(pageState([], {}, [asking(textCode, 'unanswered')]), draft)).toMatchObject({
      isSending: false,
      lost: { id: 'asked' },
    });
    expect(registrationStep(pageState([texted()], {}, [asking(confirm, 'unanswered')]), draft)).toMatchObject({
      step: 'code',
      isConfirming: false,
      lost: { command: confirm },
    });
  });

  test('ignores the verification of another account', () => {
    expect(registrationStep(pageState([texted()]), emptyAdding('tenant.other'))).toEqual(atNumber);
  });

  test('follows the newest verification, and no older one after that is over', () => {
    const older = texted({ id: 'older', startedAt: now - 500_000 });
    expect(registrationStep(pageState([older, texted()]), draft)).toMatchObject({ verification: { id: 'first' } });
    expect(registrationStep(pageState([older, texted()]), { ...draft, over: 'first' })).toEqual(atNumber);
  });

  test('shows a result for ten minutes, and the failure of the typed number without a limit', () => {
    const long = { updatedAt: now - 11 * 60_000 };
    expect(registrationStep(pageState([verification('done', long)]), draft).step).toBe('number');
    expect(registrationStep(pageState([failed('offline', long)]), emptyAdding(accountId))).not.toHaveProperty('error');
    expect(registrationStep(pageState([failed('offline', long)]), draft)).toHaveProperty('error.kind', 'offline');
  });

  test.each([
    ['registered', true],
    ['done', false],
  ] as const)('of %s waits for the directory: %s', (state, isAppearing) => {
    expect(registrationStep(pageState([verification(state)]), draft)).toMatchObject({ isAppearing });
  });
});

describe('a change', () => {
  const mobile: CachedMethod = { accountId, id: 'mobile', type: 'mobile', masked: '+44 •••• 102', smsSignIn: 'ready' };
  const changing = draftFor(emptyAdding(accountId), 'mobile');
  const step = (row: Verification, of: AddingDraft = changing) =>
    registrationStep(pageState([row], { methods: [mobile] }), of);

  test('shows its error or result only in the form for the same phone and purpose', () => {
    const refused = failed('number-in-use', { purpose: 'change' });
    expect(step(refused)).toHaveProperty('error.kind', 'number-in-use');
    expect(step(refused, emptyAdding(accountId))).toEqual(atNumber);
    expect(step({ ...refused, type: 'office' })).toEqual(atNumber);
    expect(step(failed('number-in-use'))).toEqual(atNumber);
    expect(step(verification('done', { purpose: 'change' })).step).toBe('registered');
    expect(step(verification('done')).step).toBe('number');
  });

  test('gives way to an open verification of any purpose', () => {
    expect(step(texted()).step).toBe('code');
    expect(step(texted({ purpose: 'change' }), emptyAdding(accountId)).step).toBe('code');
  });

  test('does not take over what was typed for another number', () => {
    const typed = { ...draft, phoneNumber: '07700 900982', over: 'first' };
    expect(draftFor(typed, undefined)).toBe(typed);
    const empty = { accountId, phoneNumber: '', code: '', over: 'first' };
    expect(draftFor(typed, 'mobile')).toEqual({ ...empty, changes: 'mobile' });
    expect(draftFor({ ...typed, changes: 'mobile' }, undefined)).toEqual(empty);
  });
});

describe('the code step', () => {
  const step = (row: Verification, asked: PageState['asked'] = []) =>
    registrationStep(pageState([row], {}, asked), draft);

  test.each([
    ['wrong-code', 'field'],
    ['code-replaced', 'field'],
    ['code-expired', 'end'],
    ['code-used', 'end'],
    ['too-many-attempts', 'end'],
    ['send-throttled', 'note'],
    ['offline', 'note'],
    ['signed-out', 'note'],
    ['interrupted', 'note'],
  ] as const)('shows %s at: %s', (kind, at) => {
    expect(step(texted({ error: { kind, at: now } }))).toMatchObject({ error: { at, details: { kind } } });
  });

  test('shows that the code has expired by the clock', () => {
    const error = { at: 'end', details: { kind: 'code-expired' } };
    expect(step(texted({ challenge: { ...challenge, expiresAt: now } }))).toMatchObject({ error });
  });

  test('shows no error of the last code while the next one is confirmed', () => {
    const row = { challenge, error: { kind: 'wrong-code', at: now } } as const;
    expect(step(verification('confirming', row))).not.toHaveProperty('error');
  });

  test.each(['confirming', 'resending'] as const)('asks for the sign-in that %s waits for', (waitingStep) => {
    const row = waiting(waitingStep, { challenge });
    const view = { step: 'step-up', waiting: waitingStep, signedOut: false, signIn: { state: 'none' } };
    expect(step(row)).toMatchObject(view);
    const signedOut = { ...row, error: { kind: 'signed-out', at: now } as const };
    expect(step(signedOut)).toMatchObject({ signedOut: true });
    const expired = { ...row, challenge: { ...challenge, expiresAt: now } };
    expect(step(expired)).toMatchObject({ step: 'code', error: { at: 'end' } });
  });

  test('shows how the sign-in for the verification is getting on', () => {
    const command: OutboxCommand = { kind: 'step-up', accountId, waitingId: 'first', from: 'popup' };
    const times = { createdAt: now - 5_000, updatedAt: now - 1_000 };
    const signIn: CommandRow = { id: 'window', accountId, command, state: 'requested', ...times };
    const view = (row: CommandRow) => registrationStep(pageState([waiting('sending')], { outbox: [row] }), draft);
    expect(view(signIn)).toMatchObject({ signIn: { state: 'running' } });
    const other = { ...signIn, command: { ...command, waitingId: 'other' } };
    expect(view(other)).toMatchObject({ signIn: { state: 'none' } });
  });

  test('shows a request that is under way, from the click on', () => {
    const request = { id: 'one', step: 'resending', clickedAt: now, isSent: true } as const;
    expect(step(texted({ request }))).toMatchObject({ isResending: true, isConfirming: false });
    expect(step(texted(), [asking(resend)])).toMatchObject({ isResending: true, isConfirming: false });
    expect(step(texted(), [asking(confirm)])).toMatchObject({ isResending: false, isConfirming: true });
    expect(step(texted(), [asking({ ...confirm, verificationId: 'other' })])).toMatchObject({ isConfirming: false });
  });

  test('says that a new code was sent once the gateway has sent it', () => {
    expect(step(texted())).toMatchObject({ wasResent: false });
    expect(step(texted({ texts: 2 }))).toMatchObject({ wasResent: true });
  });
});

describe('asking for a text message again', () => {
  const request = { phoneNumber, type: 'mobile' } as const;

  test.each([
    ['has no row yet', []],
    ['is being sent', [verification('sending')]],
    ['has lost its answer', [failed('offline')]],
    ['failed at the service', [failed('service-unavailable')]],
    ['was interrupted', [failed('interrupted')]],
  ])('keeps the id of a verification that %s', (_, verifications) => {
    expect(idToSendAgain(request, draft, verifications)).toBe('first');
  });

  test.each([
    ['was refused', [failed('send-throttled')]],
    ['is done', [verification('done')]],
    ['was cancelled', [verification('cancelled')]],
  ])('needs a new id after a verification that %s', (_, verifications) => {
    expect(idToSendAgain(request, draft, verifications)).toBeUndefined();
  });

  test('needs a new id for another number or type, and after the user gave up', () => {
    const other = { ...request, phoneNumber: '+447700900417' };
    expect(idToSendAgain(other, draft, [failed('offline')])).toBeUndefined();
    expect(idToSendAgain({ ...request, type: 'office' }, draft, [failed('offline')])).toBeUndefined();
    expect(idToSendAgain(request, { ...draft, over: 'first' }, [texted()])).toBeUndefined();
    expect(idToSendAgain(request, emptyAdding(accountId), [])).toBeUndefined();
  });

  test('keeps the id after the user closed the note about a lost answer', () => {
    expect(idToSendAgain(request, { ...draft, over: 'first' }, [failed('offline')])).toBe('first');
  });
});

test('the first number is a mobile number, and a further number has one of the free types', () => {
  expect(freeTypes([])).toEqual(['mobile']);
  expect(freeTypes([{ type: 'office' }])).toEqual(['mobile']);
  expect(freeTypes([{ type: 'mobile' }])).toEqual(['alternateMobile', 'office']);
  expect(freeTypes([{ type: 'mobile' }, { type: 'alternateMobile' }, { type: 'office' }])).toEqual([]);
});

test('a countdown is announced at 30, 10 and 0 seconds, even if a second is skipped', () => {
  const counts = [60, 31, 30, 29, 12, 9, 8, 1, 0, 0];
  const spoken = counts.slice(1).map((seconds, index) => spokenMoment(counts[index] ?? 0, seconds));
  expect(spoken).toEqual([undefined, 30, undefined, undefined, 10, undefined, undefined, 0, undefined]);
});
