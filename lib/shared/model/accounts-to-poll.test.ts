import { expect, test } from 'vitest';
import { accountsToPoll } from './accounts-to-poll.ts';
import type { CommandRow, Verification } from './rows.ts';

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
const isPolled = (rows: Partial<Parameters<typeof accountsToPoll>[0]>, at = now) =>
  accountsToPoll({ ...nothing, ...rows }, at).has(accountId);

test('an account is polled for ten minutes after the default method blocked a command, unless that was dismissed', () => {
  expect(isPolled({ outbox: [refused] }, now + 599_999)).toBe(true);
  expect(isPolled({ outbox: [refused] }, now + 600_000)).toBe(false);
  expect(isPolled({ outbox: [{ ...refused, dismissed: true }] })).toBe(false);
  expect(isPolled({ outbox: [{ ...refused, error: { kind: 'offline', at: now } }] })).toBe(false);
  expect(isPolled({ outbox: [{ ...refused, state: 'settling' }] })).toBe(false);
});

test('an account is polled while an enabled number still needs a sign-in', () => {
  const methods = [mobile('notConfigured')];
  expect(isPolled({ outbox: [enabled], methods })).toBe(true);
  expect(isPolled({ outbox: [enabled], methods: [mobile('ready')] })).toBe(false);
  expect(isPolled({ outbox: [{ ...enabled, dismissed: true }], methods })).toBe(false);
  expect(isPolled({ outbox: [enabled], methods }, now + 600_000)).toBe(false);
  // Without a recent command the number may stay in this state for months.
  expect(isPolled({ methods })).toBe(false);
});

test('an account is polled while a number that was just registered still needs a sign-in', () => {
  const registered = {
    id: 'three',
    accountId,
    type: 'mobile',
    purpose: 'add',
    state: 'done',
    methodId: 'mobile',
    commandIds: [],
    texts: 1,
    startedAt: now,
    updatedAt: now,
  } satisfies Verification;
  expect(isPolled({ verifications: [registered], methods: [mobile('notConfigured')] })).toBe(true);
  expect(isPolled({ verifications: [registered], methods: [mobile('ready')] })).toBe(false);
});

test('an account is polled while a number is being registered on the page of the service', () => {
  const waiting = { id: 'four', accountId, state: 'waiting', before: [], startedAt: 0, updatedAt: 0 } as const;
  expect(isPolled({ registrations: [{ ...waiting, before: [] }] })).toBe(true);
  expect(isPolled({ registrations: [{ ...waiting, before: [], state: 'registered' }] })).toBe(false);
});
