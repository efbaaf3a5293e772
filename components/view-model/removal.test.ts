import { describe, expect, test } from 'vitest';
import type { Command } from '../../lib/shared/model/commands.ts';
import type { DefaultMethod, OtherMethod } from '../../lib/shared/model/phone-method.ts';
import type { Account, CachedMethod, CommandRow } from '../../lib/shared/model/rows.ts';
import { type RemovalSituation, removalOf } from './removal.ts';
import { entry, firstTile, now, mobile as number, account as one } from './testing/page-state.ts';

const phone = (type: CachedMethod['type']): CachedMethod => ({
  accountId: 'one',
  id: type,
  type,
  masked: '+44 •••• 982',
  smsSignIn: 'ready',
});
const mobile = phone('mobile');
const alternate = phone('alternateMobile');
const office = phone('office');

function situation(more: {
  methods?: CachedMethod[];
  default?: CachedMethod;
  otherMethods?: OtherMethod[];
  defaultMethod?: DefaultMethod | 'unknown';
  isLoading?: boolean;
  isDefaultRefused?: boolean;
}): RemovalSituation {
  const account: Account = {
    id: 'one',
    connectionId: 'tenant',
    userName: 'one@contoso.example',
    name: 'One',
    loginHint: 'one@contoso.example',
    session: 'signed-in',
    defaultMethod: more.defaultMethod ?? { kind: more.default ? 'sms' : 'none', systemPreferred: false },
    failures: 0,
    ...(more.otherMethods ? { otherMethods: more.otherMethods } : {}),
  };
  return {
    account,
    methods: more.methods ?? [mobile],
    isDefault: ({ id }) => id === more.default?.id,
    isLoading: more.isLoading ?? false,
    isDefaultRefused: more.isDefaultRefused ?? false,
  };
}

describe('a number that is not the default can be removed, and', () => {
  test.each<[string, Parameters<typeof situation>[0], 'no' | 'unknown' | 'yes']>([
    ['is not the last method if another phone is left', { methods: [mobile, office] }, 'no'],
    ['is not the last method if an app is left', { otherMethods: ['push'] }, 'no'],
    ['is not the last method if a passkey is left', { otherMethods: ['other'] }, 'no'],
    [
      'is not the last method if the default is an app',
      { defaultMethod: { kind: 'push', systemPreferred: false } },
      'no',
    ],
    ['is the last method if no other method is left', { otherMethods: [] }, 'yes'],
    ['may be the last method if the other methods were not read', {}, 'unknown'],
    ['may be the last method if the other methods cannot be read', { defaultMethod: 'unknown' }, 'unknown'],
  ])('%s', (_, given, isLast) => {
    expect(removalOf(mobile, situation(given))).toEqual({ kind: 'free', isLast });
  });
});

describe('a mobile number with an alternate mobile number', () => {
  test('is removed after the alternate number, also if it is the default', () => {
    const methods = [mobile, alternate];
    const other = { method: alternate, removal: { kind: 'free', isLast: 'no' } };
    expect(removalOf(mobile, situation({ methods }))).toEqual({ kind: 'other-first', other });
    expect(removalOf(mobile, situation({ methods, default: mobile }))).toEqual({ kind: 'other-first', other });
    expect(removalOf(alternate, situation({ methods }))).toEqual({ kind: 'free', isLast: 'no' });
  });

  test('is removed after the alternate number, also if that is the default', () => {
    expect(removalOf(mobile, situation({ methods: [mobile, alternate], default: alternate }))).toEqual({
      kind: 'other-first',
      other: {
        method: alternate,
        removal: { kind: 'is-default', candidates: [{ choice: 'sms', phone: mobile }] },
      },
    });
  });
});

describe('the default number', () => {
  test('can be replaced by the methods that can be the default', () => {
    const given = { methods: [mobile, office, phone('unknown')], default: mobile };
    expect(removalOf(mobile, situation({ ...given, otherMethods: ['push', 'other', 'oath'] }))).toEqual({
      kind: 'is-default',
      candidates: [{ choice: 'push' }, { choice: 'oath' }, { choice: 'voiceOffice', phone: office }],
    });
  });

  test('waits while the other methods are being read', () => {
    expect(removalOf(mobile, situation({ default: mobile, isLoading: true }))).toEqual({ kind: 'loading' });
    expect(removalOf(mobile, situation({ default: mobile, isLoading: true, otherMethods: [] })).kind).toBe('free');
  });

  test('can be removed if it is the last method', () => {
    expect(removalOf(mobile, situation({ default: mobile, otherMethods: [] }))).toEqual({
      kind: 'free',
      isLast: 'yes',
    });
    const refused = situation({ default: mobile, otherMethods: [], isDefaultRefused: true });
    expect(removalOf(mobile, refused)).toEqual({ kind: 'free', isLast: 'yes' });
  });

  test('can be removed if only the phones are known, and the service decides', () => {
    expect(removalOf(mobile, situation({ default: mobile }))).toEqual({ kind: 'free', isLast: 'unknown' });
  });

  test('needs a change of the default on the page of the service after the service refused it here', () => {
    const given = { default: mobile, otherMethods: ['push'] satisfies OtherMethod[], isDefaultRefused: true };
    expect(removalOf(mobile, situation(given))).toEqual({ kind: 'default-elsewhere' });
  });
});

test('a refused change of the default leads to the page of the service, also once dismissed, until the default changes', () => {
  const accounts: Account[] = [
    { ...one, defaultMethod: { kind: 'sms', systemPreferred: false }, otherMethods: ['push'] },
  ];
  const command: Command = { kind: 'remove', accountId: one.id, methodId: number.id, defaultFirst: 'push' };
  const refused = entry('failed', { command, error: { kind: 'not-permitted', at: now } });
  const removal = (...outbox: CommandRow[]) => firstTile({ accounts, outbox }).removal.kind;
  expect(removal(refused)).toBe('default-elsewhere');
  expect(removal({ ...refused, dismissed: true })).toBe('default-elsewhere');
  expect(removal({ ...refused, updatedAt: now - 25 * 3_600_000 })).toBe('is-default');
  expect(removal({ ...refused, error: { kind: 'offline', at: now } })).toBe('is-default');
  const makeDefault: Command = { kind: 'make-default', accountId: one.id, method: 'sms' };
  const since = entry('done', { id: 'since', command: makeDefault, createdAt: now - 2_000 });
  expect(removal(refused, since)).toBe('is-default');
  expect(removal({ ...refused, createdAt: now - 1_000 }, since)).toBe('default-elsewhere');
});
