import { expect, test } from 'vitest';
import type { Snapshot } from '../identity/backend.ts';
import type { SmsSignInState } from '../identity/phone-method.ts';
import { isWrite, judge, type Write } from './judge.ts';

const accountId = 'account';
const write = (kind: Write['kind']): Write => ({ kind, accountId, methodId: 'mobile' });
const withState = (smsSignIn: SmsSignInState): Snapshot => ({
  methods: [
    { id: 'office', type: 'office', number: '+1 2065550109', smsSignIn: 'notSupported' },
    { id: 'mobile', type: 'mobile', number: '+44 7700900102', smsSignIn },
  ],
  defaultMethod: 'unknown',
});

test.each<[SmsSignInState, object]>([
  ['ready', { effect: 'there', smsSignIn: 'ready' }],
  ['notEnabled', { effect: 'pending', smsSignIn: 'notEnabled' }],
  ['notConfigured', { effect: 'pending', smsSignIn: 'notConfigured' }],
  ['unknown', { effect: 'pending', smsSignIn: 'unknown' }],
  ['notSupported', { effect: 'pending', smsSignIn: 'notSupported' }],
  ['phoneNumberNotUnique', { effect: 'impossible', kind: 'number-in-use' }],
  ['notAllowedByPolicy', { effect: 'impossible', kind: 'not-available' }],
])('enabling, and the number is %s', (state, verdict) => {
  expect(judge(write('enable'), withState(state))).toEqual(verdict);
});

test.each<[SmsSignInState, 'there' | 'pending']>([
  ['ready', 'pending'],
  ['notEnabled', 'there'],
  ['notConfigured', 'there'],
  ['phoneNumberNotUnique', 'there'],
  ['notAllowedByPolicy', 'there'],
])('switching off, and the number is %s', (smsSignIn, effect) => {
  expect(judge(write('disable'), withState(smsSignIn))).toEqual({ effect, smsSignIn });
});

test('a method that is gone can neither be enabled nor switched off', () => {
  const empty: Snapshot = { methods: [], defaultMethod: 'unknown' };
  for (const kind of ['enable', 'disable'] as const) {
    expect(judge(write(kind), empty)).toEqual({ effect: 'impossible', kind: 'unexpected-answer' });
  }
});

test('only what changes something at the service is a write', () => {
  expect(isWrite(write('enable'))).toBe(true);
  expect(isWrite({ kind: 'sync', accountId })).toBe(false);
});
