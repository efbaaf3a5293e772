import { expect, test } from 'vitest';
import { smsSignInOption } from './sms-sign-in.ts';

const connection = { cloud: 'global' } as const;

test.each([
  ['ready', 'ready', false],
  ['notEnabled', 'notEnabled', true],
  ['notConfigured', 'notConfigured', true],
  ['phoneNumberNotUnique', 'inUse', false],
  ['notAllowedByPolicy', 'none', false],
  ['notSupported', 'none', false],
  ['unknown', 'unknown', false],
] as const)('a mobile number in state %s has the option %s and can be enabled: %s', (smsSignIn, sms, canEnable) => {
  expect(smsSignInOption({ type: 'mobile', smsSignIn }, connection)).toEqual({ sms, canEnable });
});

test.each(['alternateMobile', 'office', 'unknown'] as const)('a number of type %s cannot be enabled', (type) => {
  for (const smsSignIn of ['notEnabled', 'notConfigured', 'unknown'] as const) {
    expect(smsSignInOption({ type, smsSignIn }, connection)).toEqual({ sms: 'none', canEnable: false });
  }
});

test('no number can be enabled in a cloud without SMS sign-in or if the organization turned it off', () => {
  const method = { type: 'mobile', smsSignIn: 'notEnabled' } as const;
  for (const without of [{ cloud: 'china' }, { cloud: 'global', smsSignIn: 'off' }] as const) {
    expect(smsSignInOption(method, without)).toEqual({ sms: 'none', canEnable: false });
  }
});
