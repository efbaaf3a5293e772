import { describe, expect, test } from 'vitest';
import type { OutboxCommand } from '../../lib/shared/model/commands.ts';
import type { CachedMethod, CommandRow } from '../../lib/shared/model/rows.ts';
import type { Rows } from '../../lib/shared/tables/page-rows.ts';
import { account, connection, current, enable, entry, firstTile, mobile, now } from './testing/page-state.ts';

const office: CachedMethod = { ...mobile, id: 'office', type: 'office' };

describe('SMS sign-in on a tile', () => {
  test.each([
    ['ready', 'ready'],
    ['notEnabled', 'notEnabled'],
    ['notConfigured', 'notConfigured'],
    ['phoneNumberNotUnique', 'inUse'],
    ['notAllowedByPolicy', 'none'],
    ['notSupported', 'none'],
    ['unknown', 'unknown'],
  ] as const)('of a mobile number in the state %s is %s', (smsSignIn, sms) => {
    expect(firstTile({ methods: [{ ...mobile, smsSignIn }] }).sms).toBe(sms);
  });

  test('is missing in a cloud without SMS sign-in, without a message', () => {
    const { tiles, availability } = current({ connections: [{ ...connection, cloud: 'china' }] });
    expect(tiles[0]?.sms).toBe('none');
    expect(availability).toBe('on-tiles');
  });

  test('is missing if the organization has turned it off, with a message', () => {
    const connections = [{ ...connection, smsSignIn: 'off' as const }];
    for (const smsSignIn of ['notEnabled', 'ready', 'phoneNumberNotUnique'] as const) {
      const { tiles, availability } = current({ connections, methods: [{ ...mobile, smsSignIn }] });
      expect(tiles[0]?.sms).toBe('none');
      expect(availability).toBe('not-available');
    }
  });
});

test('an account has tiles for its own numbers only, the mobile number first', () => {
  const methods: CachedMethod[] = [
    { ...office, smsSignIn: 'notSupported' },
    { ...mobile, accountId: 'tenant.two' },
    { ...mobile, id: 'alternate', type: 'alternateMobile', smsSignIn: 'notSupported' },
    mobile,
  ];
  expect(current({ methods }).tiles.map(({ method }) => method.id)).toEqual(['mobile', 'alternate', 'office']);
});

test.each([
  ['sms', 'mobile', true],
  ['voiceMobile', 'mobile', true],
  ['push', 'mobile', false],
  ['voiceOffice', 'office', true],
  ['voiceOffice', 'mobile', false],
  ['unknown', 'unknown', false],
] as const)('with the default method %s, the %s phone is the default: %s', (kind, type, isDefault) => {
  const accounts = [{ ...account, defaultMethod: { kind, systemPreferred: false } }];
  expect(firstTile({ accounts, methods: [{ ...mobile, type }] }).isDefault).toBe(isDefault);
});

describe('the progress of a command on a tile', () => {
  const shown = (rows: Partial<Rows>) => firstTile(rows).progress.state;

  test('is shown on the tile of the number it concerns', () => {
    const [first, second] = current({ methods: [mobile, office], outbox: [entry('requested')] }).tiles;
    expect(first?.progress.state).toBe('running');
    expect(second?.progress.state).toBe('none');
  });

  test.each([
    ['enable', 'done', 'ready', 'done'],
    ['enable', 'done', 'notConfigured', 'done'],
    ['enable', 'done', 'notEnabled', 'none'],
    ['enable', 'failed', 'notEnabled', 'failed'],
    ['enable', 'failed', 'phoneNumberNotUnique', 'failed'],
    ['enable', 'failed', 'ready', 'none'],
    ['disable', 'done', 'notEnabled', 'done'],
    ['disable', 'done', 'ready', 'none'],
    ['disable', 'failed', 'ready', 'failed'],
  ] as const)('of the kind %s that is %s, for a number that is now %s, is %s', (kind, state, smsSignIn, expected) => {
    const command: OutboxCommand = { kind, accountId: account.id, methodId: mobile.id };
    expect(shown({ methods: [{ ...mobile, smsSignIn }], outbox: [entry(state, { command })] })).toBe(expected);
  });

  test.each([
    ['done', 'sms', 'done'],
    ['done', 'push', 'none'],
    ['failed', 'push', 'failed'],
    ['failed', 'sms', 'none'],
  ] as const)(
    'that made the mobile number the default and is %s, with the default now %s, is %s',
    (state, kind, expected) => {
      const accounts = [{ ...account, defaultMethod: { kind, systemPreferred: false } }];
      const command: OutboxCommand = { kind: 'make-default', accountId: account.id, method: 'sms' };
      const [first, second] = current({
        accounts,
        methods: [mobile, office],
        outbox: [entry(state, { command })],
      }).tiles;
      expect(first?.progress.state).toBe(expected);
      expect(second?.progress.state).toBe('none');
    },
  );

  test('is not shown for a number that has replaced the number of the command', () => {
    const error = { kind: 'number-in-use', at: now } as const;
    expect(shown({ outbox: [entry('failed', { masked: mobile.masked, error })] })).toBe('failed');
    expect(shown({ outbox: [entry('failed', { masked: '+44 •••• 150', error })] })).toBe('none');
  });

  test('tells the two steps of a removal apart that changes the default first', () => {
    const command: OutboxCommand = { kind: 'remove', accountId: account.id, methodId: mobile.id, defaultFirst: 'push' };
    const progress = (more: Partial<CommandRow>) =>
      firstTile({ outbox: [entry('requested', { command, ...more })] }).progress;
    expect(progress({})).toMatchObject({ state: 'running', defaultChanged: false });
    expect(progress({ defaultChanged: true })).toMatchObject({ state: 'running', defaultChanged: true });
  });

  const trySignIn: OutboxCommand = { kind: 'try-sign-in', accountId: account.id, methodId: mobile.id, from: 'popup' };
  const tried = (state: CommandRow['state'], smsSignIn: CachedMethod['smsSignIn'] = 'ready') =>
    shown({ methods: [{ ...mobile, smsSignIn }], outbox: [entry(state, { command: trySignIn })] });

  test.each(['done', 'failed', 'cancelled'] as const)(
    'of a sign-in trial that is %s is shown only while the number can sign in',
    (state) => {
      expect(tried(state)).toBe(state);
      expect(tried(state, 'notEnabled')).toBe('none');
    },
  );

  test('of a sign-in trial under way is running', () => {
    expect(tried('requested')).toBe('running');
  });
});

describe('the review of a number', () => {
  const confirmation = { accountId: account.id, methodId: mobile.id, masked: mobile.masked, confirmedAt: 0 };
  const confirmations = [{ ...confirmation, confirmedAt: now - 181 * 24 * 3_600_000 }];
  const isDue = (rows: Partial<Rows>) => firstTile({ confirmations, ...rows }).isDueForReview;

  test('is due after half a year, unless the user turned it off', () => {
    expect(isDue({})).toBe(true);
    expect(isDue({ confirmations: [{ ...confirmation, confirmedAt: now }] })).toBe(false);
    expect(isDue({ settings: { id: 'settings', numberReminder: false } })).toBe(false);
  });

  test('is not due while the account is signed out or the answer is being saved', () => {
    expect(isDue({ accounts: [{ ...account, session: 'signed-out' }] })).toBe(false);
    const command: OutboxCommand = { ...enable, kind: 'confirm-number' };
    expect(isDue({ outbox: [entry('accepted', { command })] })).toBe(false);
  });
});
