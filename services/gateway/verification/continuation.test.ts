import { expect, test } from 'vitest';
import { Problem } from '../problems.ts';
import { challengeLifetimeMs } from './challenge.ts';
import { checkContinuation } from './continuation.ts';

const startedAt = Date.UTC(2026, 8, 1, 10, 42);
const stepUpClaims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const challenge = { client: 'extension', session: 'one', state: 'sent', error: null, created_at: startedAt } as const;
const user = {
  client: 'extension',
  session: 'one',
  secondFactor: { atStart: 'step-up', later: 'proven' },
} as const satisfies Parameters<typeof checkContinuation>[1];

function judge(
  changes: Partial<Parameters<typeof checkContinuation>[0]> = {},
  by: Partial<Parameters<typeof checkContinuation>[1]> = {},
  afterMs = 0,
) {
  try {
    checkContinuation({ ...challenge, ...changes }, { ...user, ...by }, startedAt + afterMs, stepUpClaims);
  } catch (error) {
    if (error instanceof Problem) return [error.kind, error.members];
    throw error;
  }
  return 'continued';
}

test('case 64: a verification goes on with an old token of its client and session that proves the second factor', () => {
  expect(judge()).toBe('continued');
  expect(judge({ client: null }, { client: undefined })).toBe('continued');
  expect(judge({ session: null })).toBe('continued');
  expect(judge({ session: null }, { session: undefined })).toBe('continued');
});

test('case 64: a verification of another client or session does not exist', () => {
  const absent = ['not-found', {}];
  expect(judge({}, { client: 'another' })).toEqual(absent);
  expect(judge({}, { client: undefined })).toEqual(absent);
  expect(judge({ client: null })).toEqual(absent);
  expect(judge({}, { session: 'two' })).toEqual(absent);
  expect(judge({}, { session: undefined })).toEqual(absent);
  expect(judge({ state: 'cancelled' })).toEqual(absent);
});

test('case 64: a token that does not prove the second factor gets the claims to ask for', () => {
  const secondFactor = { atStart: 'step-up', later: 'step-up' } as const;
  expect(judge({}, { secondFactor })).toEqual(['needs-step-up', { claims: stepUpClaims }]);
  expect(judge({ state: 'done' }, { secondFactor })).toEqual(['needs-step-up', { claims: stepUpClaims }]);
});

test('case 64: a verification ends thirty minutes after its start', () => {
  expect(judge({}, {}, challengeLifetimeMs - 1)).toBe('continued');
  expect(judge({}, {}, challengeLifetimeMs)).toEqual(['code-expired', {}]);
  expect(challengeLifetimeMs).toBe(1_800_000);
});

test('a verification that is over tells how it ended', () => {
  expect(judge({ state: 'failed', error: 'too-many-attempts' })).toEqual(['too-many-attempts', { attemptsLeft: 0 }]);
  expect(judge({ state: 'failed', error: 'number-in-use' })).toEqual(['number-in-use', {}]);
  expect(judge({ state: 'failed' })).toEqual(['service-unavailable', {}]);
  for (const state of ['confirmed', 'writing', 'done'] as const) expect(judge({ state })).toEqual(['code-used', {}]);
});
