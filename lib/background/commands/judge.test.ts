import { expect, test } from 'vitest';
import { isWrite, type Write } from '../../shared/model/command-row.ts';
import type { DefaultMethodChoice, DefaultMethodKind, SmsSignInState } from '../../shared/model/phone-method.ts';
import type { Snapshot } from '../backend.ts';
import { judge, stageOf } from './judge.ts';

const accountId = 'account';
const write = (kind: Exclude<Write['kind'], 'make-default'>): Write => ({ kind, accountId, methodId: 'mobile' });
const withState = (smsSignIn: SmsSignInState): Snapshot => ({
  methods: [
    { id: 'office', type: 'office', phoneNumber: '+1 2065550109', smsSignIn: 'notSupported' },
    { id: 'mobile', type: 'mobile', phoneNumber: '+44 7700900102', smsSignIn },
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
])('enable of a number that is %s', (state, verdict) => {
  expect(judge(write('enable'), withState(state))).toEqual(verdict);
});

test.each<[SmsSignInState, 'there' | 'pending']>([
  ['ready', 'pending'],
  ['notEnabled', 'there'],
  ['notConfigured', 'there'],
  ['phoneNumberNotUnique', 'there'],
  ['notAllowedByPolicy', 'there'],
])('disable of a number that is %s', (smsSignIn, effect) => {
  expect(judge(write('disable'), withState(smsSignIn))).toEqual({ effect, smsSignIn });
});

test('enable and disable of a removed method are impossible', () => {
  const empty: Snapshot = { methods: [], defaultMethod: 'unknown' };
  for (const kind of ['enable', 'disable'] as const) {
    expect(judge(write(kind), empty)).toEqual({ effect: 'impossible', kind: 'unexpected-answer' });
  }
});

test.each<SmsSignInState>(['ready', 'notConfigured', 'notSupported'])('removing, and the number is %s', (state) => {
  expect(judge(write('remove'), withState(state))).toEqual({ effect: 'pending' });
  const { methods, defaultMethod } = withState(state);
  const gone = { methods: methods.filter(({ id }) => id !== 'mobile'), defaultMethod };
  expect(judge(write('remove'), gone)).toEqual({ effect: 'there' });
});

test.each<[DefaultMethodChoice, DefaultMethodKind | 'unreadable', 'there' | 'pending']>([
  ['push', 'push', 'there'],
  ['push', 'sms', 'pending'],
  ['push', 'oath', 'pending'],
  ['push', 'none', 'pending'],
  ['push', 'unknown', 'pending'],
  ['push', 'unreadable', 'pending'],
  ['sms', 'sms', 'there'],
  ['sms', 'voiceMobile', 'there'],
  ['sms', 'voiceOffice', 'pending'],
  ['sms', 'none', 'pending'],
  ['voiceOffice', 'voiceOffice', 'there'],
  ['voiceOffice', 'sms', 'pending'],
])('make-default of %s while the default is %s', (method, kind, effect) => {
  const defaultMethod = kind === 'unreadable' ? 'unknown' : { kind, systemPreferred: false };
  const snapshot: Snapshot = { ...withState('ready'), defaultMethod };
  expect(judge({ kind: 'make-default', accountId, method }, snapshot)).toEqual({ effect });
});

test('a phone that the account does not have cannot become the default', () => {
  const verdict = judge({ kind: 'make-default', accountId, method: 'voiceAlternateMobile' }, withState('ready'));
  expect(verdict).toEqual({ effect: 'impossible', kind: 'unexpected-answer' });
});

test('a removal that needs another default first has make-default as its first stage', () => {
  const remove: Write = { kind: 'remove', accountId, methodId: 'mobile', defaultFirst: 'push' };
  expect(stageOf(remove, undefined)).toEqual({ kind: 'make-default', accountId, method: 'push' });
  expect(stageOf(remove, true)).toBe(remove);
  expect(stageOf(write('remove'), undefined)).toEqual(write('remove'));
});

test('only commands that change something at Graph are writes', () => {
  for (const kind of ['enable', 'disable', 'remove'] as const) expect(isWrite(write(kind))).toBe(true);
  expect(isWrite({ kind: 'make-default', accountId, method: 'push' })).toBe(true);
  expect(isWrite({ kind: 'list-methods', accountId })).toBe(false);
  expect(isWrite({ kind: 'sync', accountId })).toBe(false);
});
