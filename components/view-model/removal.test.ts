import { describe, expect, test } from 'vitest';
import type { DefaultMethod, OtherMethod } from '../../lib/shared/model/phone-method.ts';
import type { Account, CachedMethod } from '../../lib/shared/model/rows.ts';
import { type RemovalSituation, removalOf } from './removal.ts';

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
  isLooking?: boolean;
  defaultRefused?: boolean;
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
    isLooking: more.isLooking ?? false,
    defaultRefused: more.defaultRefused ?? false,
  };
}

describe('not the default', () => {
  test.each<[string, Parameters<typeof situation>[0], 'no' | 'perhaps' | 'yes']>([
    ['another phone is left', { methods: [mobile, office] }, 'no'],
    ['an app is left', { otherMethods: ['push'] }, 'no'],
    ['a passkey is left', { otherMethods: ['other'] }, 'no'],
    ['the default is an app', { defaultMethod: { kind: 'push', systemPreferred: false } }, 'no'],
    ['nothing is left', { otherMethods: [] }, 'yes'],
    ['nobody asked what is left', {}, 'perhaps'],
    ['nobody can know what is left', { defaultMethod: 'unknown' }, 'perhaps'],
  ])('%s', (_, given, last) => {
    expect(removalOf(mobile, situation(given))).toEqual({ kind: 'free', last });
  });
});

describe('a mobile with an alternate beside it', () => {
  test('the alternate first, also when the mobile is the default', () => {
    const methods = [mobile, alternate];
    const other = { method: alternate, removal: { kind: 'free', last: 'no' } };
    expect(removalOf(mobile, situation({ methods }))).toEqual({ kind: 'other-first', other });
    expect(removalOf(mobile, situation({ methods, default: mobile }))).toEqual({ kind: 'other-first', other });
    expect(removalOf(alternate, situation({ methods }))).toEqual({ kind: 'free', last: 'no' });
  });

  test('which may be the default itself', () => {
    expect(removalOf(mobile, situation({ methods: [mobile, alternate], default: alternate }))).toEqual({
      kind: 'other-first',
      other: {
        method: alternate,
        removal: { kind: 'is-default', candidates: [{ choice: 'sms', phone: mobile }] },
      },
    });
  });
});

describe('the default', () => {
  test('everything else that can be it, and nothing that can not', () => {
    const given = { methods: [mobile, office, phone('unknown')], default: mobile };
    expect(removalOf(mobile, situation({ ...given, otherMethods: ['push', 'other', 'oath'] }))).toEqual({
      kind: 'is-default',
      candidates: [{ choice: 'push' }, { choice: 'oath' }, { choice: 'voiceOffice', phone: office }],
    });
  });

  test('what else there is, is looked for', () => {
    expect(removalOf(mobile, situation({ default: mobile, isLooking: true }))).toEqual({ kind: 'looking' });
    expect(removalOf(mobile, situation({ default: mobile, isLooking: true, otherMethods: [] })).kind).toBe('free');
  });

  test('the last one of all can be removed', () => {
    expect(removalOf(mobile, situation({ default: mobile, otherMethods: [] }))).toEqual({ kind: 'free', last: 'yes' });
    const refused = situation({ default: mobile, otherMethods: [], defaultRefused: true });
    expect(removalOf(mobile, refused)).toEqual({ kind: 'free', last: 'yes' });
  });

  test('where nothing is known beside the phones, the service decides', () => {
    expect(removalOf(mobile, situation({ default: mobile }))).toEqual({ kind: 'free', last: 'perhaps' });
  });

  test('it is changed elsewhere where the service refused', () => {
    const given = { default: mobile, otherMethods: ['push'] satisfies OtherMethod[], defaultRefused: true };
    expect(removalOf(mobile, situation(given))).toEqual({ kind: 'default-elsewhere' });
  });
});
