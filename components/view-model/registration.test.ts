import { describe, expect, test } from 'vitest';
import type { Command } from '../../lib/shared/model/commands.ts';
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
const number = '+447700900982';
const draft: AddingDraft = { ...emptyAdding(accountId), sent: { id: 'first', number, type: 'mobile' } };
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
  return { id: 'first', accountId, type: 'mobile', purpose: 'add', state, commandId: 'command', ...times, ...more };
}

function texted(more: Partial<Verification> = {}): Verification {
  return verification('awaiting-code', { challenge, ...more });
}

function failed(kind: ErrorKind, more: Partial<Verification> = {}): Verification {
  return verification('failed', { error: { kind, at: now - 1_000 }, ...more });
}

function entry(command: Command, state: CommandRow['state'], more: Partial<CommandRow> = {}): CommandRow {
  return { id: 'command', accountId, command, state, createdAt: now - 5_000, updatedAt: now - 1_000, ...more };
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

describe('the step a person is at', () => {
  test.each([
    ['sending', 'number'],
    ['needs-step-up', 'step-up'],
    ['awaiting-code', 'code'],
    ['confirming', 'code'],
    ['registered', 'registered'],
    ['failed', 'number'],
    ['cancelled', 'number'],
  ] as const)('%s is at %s, also when nothing is known of what was typed', (state, step) => {
    expect(registrationStep(pageState([verification(state)]), emptyAdding(accountId)).step).toBe(step);
  });

  test('from the click until there is a row, the code is being texted', () => {
    expect(registrationStep(pageState([], {}, [asking(textCode)]), draft)).toEqual({ step: 'number', isSending: true });
    const again = pageState([failed('offline')], {}, [asking(textCode)]);
    expect(registrationStep(again, draft)).toEqual({ step: 'number', isSending: true });
  });

  test('a command that got lost is said, and can be given again', () => {
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

  test('another account has its own', () => {
    expect(registrationStep(pageState([texted()]), emptyAdding('tenant.other'))).toEqual({
      step: 'number',
      isSending: false,
    });
  });

  test('the newest counts, and what is over does not bring back an older one', () => {
    const older = texted({ id: 'older', startedAt: now - 500_000 });
    expect(registrationStep(pageState([older, texted()]), draft)).toMatchObject({ verification: { id: 'first' } });
    expect(registrationStep(pageState([older, texted()]), { ...draft, over: 'first' })).toEqual({
      step: 'number',
      isSending: false,
    });
  });

  test('an end is told for ten minutes; a failure of what was just sent for as long as that is typed', () => {
    const long = { updatedAt: now - 11 * 60_000 };
    expect(registrationStep(pageState([verification('registered', long)]), draft).step).toBe('number');
    expect(registrationStep(pageState([failed('offline', long)]), emptyAdding(accountId))).not.toHaveProperty('error');
    expect(registrationStep(pageState([failed('offline', long)]), draft)).toHaveProperty('error.kind', 'offline');
  });

  test('a registered number that the directory does not show yet is looked for', () => {
    expect(registrationStep(pageState([verification('registered', { readAt: now + 1 })]), draft)).toMatchObject({
      isAppearing: true,
    });
    expect(registrationStep(pageState([verification('registered', { methodId: 'id' })]), draft)).toMatchObject({
      isAppearing: false,
    });
  });
});

describe('a change', () => {
  const mobile: CachedMethod = { accountId, id: 'mobile', type: 'mobile', masked: '+44 •••• 102', smsSignIn: 'ready' };
  const changing = draftFor(emptyAdding(accountId), 'mobile');
  const step = (row: Verification, of: AddingDraft = changing) =>
    registrationStep(pageState([row], { methods: [mobile] }), of);

  test('what ended is told where it was asked for, and nowhere else', () => {
    const refused = failed('number-in-use', { purpose: 'change' });
    expect(step(refused)).toHaveProperty('error.kind', 'number-in-use');
    expect(step(refused, emptyAdding(accountId))).toEqual({ step: 'number', isSending: false });
    expect(step({ ...refused, type: 'office' })).toEqual({ step: 'number', isSending: false });
    expect(step(failed('number-in-use'))).toEqual({ step: 'number', isSending: false });
    expect(step(verification('registered', { purpose: 'change' })).step).toBe('registered');
    expect(step(verification('registered')).step).toBe('number');
  });

  test('what waits for its code comes first, whatever it is for', () => {
    expect(step(texted()).step).toBe('code');
    expect(step(texted({ purpose: 'change' }), emptyAdding(accountId)).step).toBe('code');
  });

  test('what was typed for one number is not carried over to another', () => {
    const typed = { ...draft, number: '07700 900982', over: 'first' };
    expect(draftFor(typed, undefined)).toBe(typed);
    expect(draftFor(typed, 'mobile')).toEqual({ accountId, number: '', code: '', over: 'first', changes: 'mobile' });
    expect(draftFor({ ...typed, changes: 'mobile' }, undefined)).toEqual({
      accountId,
      number: '',
      code: '',
      over: 'first',
    });
  });
});

describe('the code step', () => {
  const step = (row: Verification, outbox: CommandRow[] = []) => registrationStep(pageState([row], { outbox }), draft);

  test.each([
    ['wrong-code', 'field'],
    ['code-replaced', 'field'],
    ['code-expired', 'end'],
    ['code-used', 'end'],
    ['too-many-attempts', 'end'],
    ['send-throttled', 'note'],
    ['offline', 'note'],
  ] as const)('%s is said at: %s', (kind, at) => {
    expect(step(texted({ error: { kind, at: now } }))).toMatchObject({ error: { at, details: { kind } } });
  });

  test('a code expires by the clock too', () => {
    const error = { at: 'end', details: { kind: 'code-expired' } };
    expect(step(texted({ challenge: { ...challenge, expiresAt: now } }))).toMatchObject({ error });
  });

  test('what was wrong with the last code is not said while the next one is checked', () => {
    const row = { challenge, error: { kind: 'wrong-code', at: now } } as const;
    expect(step(verification('confirming', row))).not.toHaveProperty('error');
  });

  test('a missing sign-in is forgotten once there was one', () => {
    const row = texted({ error: { kind: 'signed-out', at: now - 10_000 } });
    const signIn: Command = { kind: 'sign-in', connectionId: 'tenant', from: 'popup' };
    expect(step(row)).toHaveProperty('error');
    expect(step(row, [entry(signIn, 'done')])).not.toHaveProperty('error');
    expect(step(row, [entry(signIn, 'done', { updatedAt: now - 20_000 })])).toHaveProperty('error');
    expect(step(row, [entry(signIn, 'done', { accountId: 'tenant.other' })])).toHaveProperty('error');
  });

  test.each(['confirm-code', 'resend-code'] as const)(
    'a fresh sign-in that %s waits for is what is to be done',
    (kind) => {
      const row = texted({ error: { kind: 'needs-step-up', at: now - 1_000 } });
      const waiting = entry(kind === 'confirm-code' ? confirm : resend, 'needs-step-up');
      expect(step(row, [waiting])).toMatchObject({
        step: 'step-up',
        commandId: 'command',
        waiting: kind,
        signedOut: false,
      });
      // Given up.
      expect(step(row, [{ ...waiting, state: 'cancelled', dismissed: true }])).not.toHaveProperty('error');
      const expired = { ...row, challenge: { ...challenge, expiresAt: now } };
      expect(step(expired, [waiting])).toMatchObject({ step: 'code', error: { at: 'end' } });
    },
  );

  test('a newer code counts once it was sent, not when it was only asked for', () => {
    expect(step(texted(), [entry(resend, 'requested')])).toMatchObject({ isResending: true, wasResent: false });
    const late = entry(resend, 'done', { createdAt: now - 61_000 });
    expect(step(texted(), [late])).toMatchObject({ isResending: false, wasResent: true });
    expect(step(texted(), [entry(resend, 'done')])).toMatchObject({ wasResent: false });
  });

  test('a command that failed before the gateway was asked is said', () => {
    const interrupted = entry(confirm, 'failed', { error: { kind: 'interrupted', at: now } });
    expect(step(texted(), [interrupted])).toMatchObject({ error: { at: 'note', details: { kind: 'interrupted' } } });
  });
});

describe('never two texts by accident', () => {
  const request = { number, type: 'mobile' } as const;

  test.each([
    ['nothing is known of it yet', []],
    ['it is under way', [verification('sending')]],
    ['its answer was lost', [failed('offline')]],
    ['the service broke', [failed('service-unavailable')]],
    ['it was interrupted', [failed('interrupted')]],
  ])('the same number again, while %s, is the same verification', (_, verifications) => {
    expect(idToSendAgain(request, draft, verifications)).toBe('first');
  });

  test.each([
    ['it was refused', [failed('send-throttled')]],
    ['it was registered', [verification('registered')]],
    ['it was cancelled', [verification('cancelled')]],
  ])('after %s it is a new one', (_, verifications) => {
    expect(idToSendAgain(request, draft, verifications)).toBeUndefined();
  });

  test('another number or use is a new one, and so is one that was given up', () => {
    expect(idToSendAgain({ ...request, number: '+447700900417' }, draft, [failed('offline')])).toBeUndefined();
    expect(idToSendAgain({ ...request, type: 'office' }, draft, [failed('offline')])).toBeUndefined();
    expect(idToSendAgain(request, { ...draft, over: 'first' }, [texted()])).toBeUndefined();
    expect(idToSendAgain(request, emptyAdding(accountId), [])).toBeUndefined();
  });

  test('closing what is said about a lost answer does not make it a new one', () => {
    expect(idToSendAgain(request, { ...draft, over: 'first' }, [failed('offline')])).toBe('first');
  });
});

test('the first number is the mobile one; then there is a choice among what is free', () => {
  expect(freeTypes([])).toEqual(['mobile']);
  expect(freeTypes([{ type: 'office' }])).toEqual(['mobile']);
  expect(freeTypes([{ type: 'mobile' }])).toEqual(['alternateMobile', 'office']);
  expect(freeTypes([{ type: 'mobile' }, { type: 'alternateMobile' }, { type: 'office' }])).toEqual([]);
});

test('a countdown is spoken at 30, 10 and 0 seconds, also when a second is missed', () => {
  const counts = [60, 31, 30, 29, 12, 9, 8, 1, 0, 0];
  const spoken = counts.slice(1).map((seconds, index) => spokenMoment(counts[index] ?? 0, seconds));
  expect(spoken).toEqual([undefined, 30, undefined, undefined, 10, undefined, undefined, 0, undefined]);
});
