import { describe, expect, test } from 'vitest';
import type { OutboxCommand } from '../../lib/shared/model/commands.ts';
import type { Account, CommandRow, HostedRegistration, Verification } from '../../lib/shared/model/rows.ts';
import { activityExport } from '../options/activity-export.ts';
import { type ActivityItem, activityOf, byDay, openedBy } from './activity.ts';
import type { Tile } from './tiles.ts';

const now = Date.UTC(2026, 0, 5, 12);
const accountId = 'tenant.person';
const enable: OutboxCommand = { kind: 'enable', accountId, methodId: 'mobile' };

function entry(command: OutboxCommand, state: CommandRow['state'], more: Partial<CommandRow> = {}): CommandRow {
  return { id: 'one', accountId, command, state, createdAt: now - 5_000, updatedAt: now - 1_000, ...more };
}

function verification(state: Verification['state'], more: Partial<Verification> = {}): Verification {
  return {
    id: 'verification',
    accountId,
    type: 'mobile',
    purpose: 'add',
    state,
    commandIds: [],
    texts: 1,
    startedAt: now - 60_000,
    updatedAt: now - 1_000,
    ...more,
  };
}

const challenge = {
  sentTo: '+44 •••• 982',
  codeLength: 6,
  sentAt: now - 50_000,
  expiresAt: now,
  resendAt: now,
  attemptsLeft: 5,
};

function of(rows: Partial<Parameters<typeof activityOf>[0]>): ActivityItem[] {
  return activityOf({ outbox: [], verifications: [], registrations: [], ...rows });
}

function only(rows: Parameters<typeof of>[0]): ActivityItem {
  const [item, ...others] = of(rows);
  if (!item || others.length > 0) throw new Error('Not one item.');
  return item;
}

describe('the activity', () => {
  test.each<[OutboxCommand, string]>([
    [enable, 'enable'],
    [{ ...enable, kind: 'disable' }, 'disable'],
    [{ ...enable, kind: 'remove' }, 'remove'],
    [{ ...enable, kind: 'confirm-number' }, 'confirm-number'],
    [{ ...enable, kind: 'try-sign-in', from: 'popup' }, 'try-sign-in'],
    [{ kind: 'make-default', accountId, method: 'voiceOffice' }, 'make-default'],
    [{ kind: 'sign-in', connectionId: 'tenant', from: 'popup' }, 'sign-in'],
    [{ kind: 'step-up', accountId, waitingId: 'other', from: 'popup' }, 'step-up'],
  ])('has an item for %o of the kind %s', (command, kind) => {
    expect(only({ outbox: [entry(command, 'done', { masked: '+44 •••• 982' })] })).toMatchObject({
      kind,
      state: 'done',
      at: now - 5_000,
      endedAt: now - 1_000,
      masked: '+44 •••• 982',
    });
  });

  test('has no item for commands that only read, nor for the second click of a double click', () => {
    const duplicate = { dismissed: true, createdAt: now, updatedAt: now };
    const outbox = [
      entry({ kind: 'sync', accountId }, 'done'),
      entry({ kind: 'list-methods', accountId }, 'done'),
      entry({ kind: 'add-hosted', accountId }, 'done'),
      entry(enable, 'cancelled', duplicate),
    ];
    expect(of({ outbox })).toEqual([]);
    expect(of({ outbox: [entry(enable, 'cancelled', { ...duplicate, updatedAt: now + 1 })] })).toHaveLength(1);
  });

  test('has one item for a verification, with the ids of all its requests', () => {
    const error = { kind: 'wrong-code', at: now, requestId: 'second' } as const;
    const verifications = [
      verification('done', { challenge, methodId: 'mobile', requestIds: ['first', 'second'], error }),
    ];
    expect(only({ verifications })).toEqual({
      id: 'verification',
      kind: 'add',
      at: now - 60_000,
      endedAt: now - 1_000,
      state: 'done',
      type: 'mobile',
      masked: '+44 •••• 982',
      methodId: 'mobile',
      requestIds: ['first', 'second'],
    });
    expect(only({ verifications: [verification('awaiting-code', { purpose: 'change' })] })).toMatchObject({
      kind: 'change',
      state: 'running',
    });
  });

  test.each([
    ['sending', 'running'],
    ['awaiting-code', 'running'],
    ['needs-step-up', 'needs-sign-in'],
    ['confirming', 'checking'],
    ['registered', 'done'],
    ['done', 'done'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
  ] as const)('shows a verification in the state %s as %s', (state, shown) => {
    expect(only({ verifications: [verification(state)] }).state).toBe(shown);
  });

  test('has an item for a hosted registration', () => {
    const registration: HostedRegistration = {
      id: 'registration',
      accountId,
      state: 'registered',
      before: [],
      methodId: 'mobile',
      masked: '+44 •••• 982',
      startedAt: now - 60_000,
      updatedAt: now,
    };
    expect(only({ registrations: [registration] })).toMatchObject({
      kind: 'add',
      state: 'done',
      masked: '+44 •••• 982',
    });
    const waiting = only({ registrations: [{ ...registration, state: 'waiting' }] });
    expect(waiting.state).toBe('running');
    expect(only({ registrations: [{ ...registration, changes: 'mobile' }] }).kind).toBe('change');
    expect(waiting.endedAt).toBeUndefined();
  });

  test('is sorted by time, newest first, across all kinds', () => {
    const outbox = [entry(enable, 'done', { createdAt: now - 90_000 })];
    const verifications = [verification('failed'), verification('cancelled', { id: 'newest', startedAt: now })];
    expect(of({ outbox, verifications }).map(({ id }) => id)).toEqual(['newest', 'verification', 'one']);
  });
});

describe('the state of an item', () => {
  test.each([
    ['accepted', 'running'],
    ['requested', 'running'],
    ['settling', 'checking'],
    ['needs-step-up', 'needs-sign-in'],
    ['done', 'done'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
  ] as const)('for a command that is %s is %s', (state, expected) => {
    const item = only({ outbox: [entry(enable, state)] });
    expect(item.state).toBe(expected);
    expect(item.endedAt !== undefined).toBe(['done', 'failed', 'cancelled'].includes(expected));
  });

  test('for an enabled number with a missing step is unfinished', () => {
    expect(only({ outbox: [entry(enable, 'done', { smsSignIn: 'notConfigured' })] }).state).toBe('unfinished');
  });

  test('comes with the error and each request id once', () => {
    const error = { kind: 'not-permitted', at: now, requestId: 'b' } as const;
    const item = only({ outbox: [entry(enable, 'failed', { error, requestIds: ['a', 'b'] })] });
    expect(item).toMatchObject({ error, requestIds: ['a', 'b'] });
    expect(only({ outbox: [entry(enable, 'settling', { error })] }).error).toBeUndefined();
  });
});

describe('a user who did not do this', () => {
  const tile = (sms: Tile['sms']) => ({ method: { id: 'mobile' }, sms }) as Tile;
  const item = (kind: ActivityItem['kind'], more: Partial<ActivityItem> = {}): ActivityItem => ({
    id: 'one',
    kind,
    at: now,
    state: 'done',
    methodId: 'mobile',
    requestIds: [],
    ...more,
  });

  test('can close what the action opened, if it is still open', () => {
    const ready = tile('ready');
    expect(openedBy(item('enable'), [ready])).toEqual({ signIn: ready });
    expect(openedBy(item('add'), [ready])).toEqual({ signIn: ready, number: ready });
    const off = tile('notEnabled');
    expect(openedBy(item('change'), [off])).toEqual({ number: off });
    expect(openedBy(item('enable'), [off])).toEqual({});
    expect(openedBy(item('enable'), [])).toEqual({});
  });

  test('has nothing to close if the action opened nothing, and an unknown outcome counts as done', () => {
    const ready = tile('ready');
    for (const kind of ['disable', 'remove', 'make-default', 'sign-in'] as const) {
      expect(openedBy(item(kind), [ready])).toEqual({});
    }
    expect(openedBy(item('enable', { state: 'cancelled' }), [ready])).toEqual({});
    const failed = (kind: 'not-permitted' | 'offline') => item('enable', { state: 'failed', error: { kind, at: now } });
    expect(openedBy(failed('not-permitted'), [ready])).toEqual({});
    expect(openedBy(failed('offline'), [ready])).toEqual({ signIn: ready });
  });
});

test('days are in the local time zone, newest first', () => {
  const at = (...time: [number, number, number, number]) => ({ at: new Date(...time).getTime() }) as ActivityItem;
  const days = byDay([at(2026, 0, 5, 0), at(2026, 0, 4, 23), at(2026, 0, 4, 1)]);
  expect(days.map(({ day, items }) => [new Date(day).getDate(), items.length])).toEqual([
    [5, 1],
    [4, 2],
  ]);
});

test('the export has times, masked numbers and request ids, but no login hints and claims', () => {
  const account = {
    id: accountId,
    userName: 'warehouse.one@contoso.example',
    loginHint: 'canary-hint',
  } as Account;
  const error = { kind: 'not-permitted', at: now, status: 403, code: 'accessDenied', requestId: 'b' } as const;
  const items = of({
    outbox: [
      entry(enable, 'failed', {
        masked: '+44 •••• 982',
        error,
        stepUp: { claims: 'canary-claims', resume: 'requested', signIns: 1 } as NonNullable<CommandRow['stepUp']>,
      }),
      entry({ kind: 'sign-in', connectionId: 'tenant', loginHint: 'canary-hint', from: 'popup' }, 'done', {
        id: 'two',
        createdAt: now - 9_000,
      }),
    ],
  });
  const text = activityExport(items, { version: '1.2.3', account, now });
  expect(text).not.toContain('canary');
  expect(JSON.parse(text)).toEqual({
    extension: 'Phone Sign-in 1.2.3',
    exportedAt: '2026-01-05T12:00:00.000Z',
    account: { userName: 'warehouse.one@contoso.example', tenantId: 'tenant', objectId: 'person' },
    activity: [
      {
        what: 'enable',
        asked: '2026-01-05T11:59:55.000Z',
        ended: '2026-01-05T11:59:59.000Z',
        state: 'failed',
        number: '+44 •••• 982',
        requestIds: ['b'],
        error: {
          kind: 'not-permitted',
          at: '2026-01-05T12:00:00.000Z',
          status: 403,
          code: 'accessDenied',
          requestId: 'b',
        },
      },
      {
        what: 'sign-in',
        asked: '2026-01-05T11:59:51.000Z',
        ended: '2026-01-05T11:59:59.000Z',
        state: 'done',
        requestIds: [],
      },
    ],
  });
});
