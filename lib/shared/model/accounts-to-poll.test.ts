import { expect, test } from 'vitest';
import type { Rows } from '../tables/page-rows.ts';
import { accountsToPoll } from './accounts-to-poll.ts';
import type { CommandRow } from './rows.ts';

const now = Date.UTC(2026, 0, 5, 12);
const accountId = 'account';
const nothing = { outbox: [], methods: [], registrations: [], verifications: [] };
const times = { createdAt: now, updatedAt: now };
const refused: CommandRow = {
  id: 'one',
  command: { kind: 'remove', accountId, methodId: 'mobile' },
  accountId,
  state: 'failed',
  error: { kind: 'is-default-method', at: now },
  ...times,
};
const enabled: CommandRow = {
  id: 'two',
  command: { kind: 'enable', accountId, methodId: 'mobile' },
  accountId,
  state: 'done',
  smsSignIn: 'notConfigured',
  ...times,
};
const mobile = (smsSignIn: 'ready' | 'notConfigured') =>
  ({ accountId, id: 'mobile', type: 'mobile', masked: '+44 •••• 103', smsSignIn }) as const;
const isAwaited = (rows: Partial<Pick<Rows, 'outbox' | 'methods' | 'registrations' | 'verifications'>>, at = now) =>
  accountsToPoll({ ...nothing, ...rows }, at).has(accountId);

test('whoever was led elsewhere is expected back for ten minutes, unless the refusal was waved aside', () => {
  expect(isAwaited({ outbox: [refused] }, now + 599_999)).toBe(true);
  expect(isAwaited({ outbox: [refused] }, now + 600_000)).toBe(false);
  expect(isAwaited({ outbox: [{ ...refused, dismissed: true }] })).toBe(false);
  expect(isAwaited({ outbox: [{ ...refused, error: { kind: 'offline', at: now } }] })).toBe(false);
  expect(isAwaited({ outbox: [{ ...refused, state: 'settling' }] })).toBe(false);
});

test('a number that owes its finishing sign-in, until it is finished', () => {
  const methods = [mobile('notConfigured')];
  expect(isAwaited({ outbox: [enabled], methods })).toBe(true);
  expect(isAwaited({ outbox: [enabled], methods: [mobile('ready')] })).toBe(false);
  expect(isAwaited({ outbox: [{ ...enabled, dismissed: true }], methods })).toBe(false);
  expect(isAwaited({ outbox: [enabled], methods }, now + 600_000)).toBe(false);
  // A number that stands so for months is asked for no more often than others.
  expect(isAwaited({ methods })).toBe(false);
});

test('the same of a number that was just registered', () => {
  const registered = {
    id: 'three',
    accountId,
    type: 'mobile',
    purpose: 'add',
    state: 'registered',
    methodId: 'mobile',
    startedAt: now,
    updatedAt: now,
  } as const;
  expect(isAwaited({ verifications: [registered], methods: [mobile('notConfigured')] })).toBe(true);
  expect(isAwaited({ verifications: [registered], methods: [mobile('ready')] })).toBe(false);
});

test('a number that is being added on the account page', () => {
  const waiting = { id: 'four', accountId, state: 'waiting', before: [], startedAt: 0, updatedAt: 0 } as const;
  expect(isAwaited({ registrations: [{ ...waiting, before: [] }] })).toBe(true);
  expect(isAwaited({ registrations: [{ ...waiting, before: [], state: 'registered' }] })).toBe(false);
});
