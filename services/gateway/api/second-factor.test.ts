import { describe, expect, test } from 'vitest';
import { judgeSecondFactor, recentProofMs, toleranceMs } from './second-factor.ts';

const now = Date.UTC(2026, 8, 1, 10, 42);
const seconds = now / 1000;
const oldest = seconds - recentProofMs / 1000;
const newest = seconds + toleranceMs / 1000;

describe('case 64: with an authentication context', () => {
  test.each([
    ['a new token with the context', { iat: seconds, acrs: ['c3'] }, 'proven', 'proven'],
    ['a new token with the context among others', { iat: seconds, acrs: ['c1', 'c3'] }, 'proven', 'proven'],
    ['a token that is 600 seconds old', { iat: oldest, acrs: ['c3'] }, 'proven', 'proven'],
    ['an old token with the context', { iat: oldest - 1, acrs: ['c3'] }, 'step-up', 'proven'],
    ['a token of a clock that is 60 seconds ahead', { iat: newest, acrs: ['c3'] }, 'proven', 'proven'],
    ['a token of the future', { iat: newest + 1, acrs: ['c3'] }, 'step-up', 'proven'],
    ['a new token without a context', { iat: seconds, acrs: [] }, 'step-up', 'step-up'],
    ['a new token with another context', { iat: seconds, acrs: ['c1', 'c33'] }, 'step-up', 'step-up'],
    ['a recent sign-in without the context', { iat: seconds, acrs: [], auth_time: seconds }, 'step-up', 'step-up'],
    ['an old sign-in with the context', { iat: seconds, acrs: ['c3'], auth_time: 1 }, 'proven', 'proven'],
  ] as const)('%s is judged %s', (_, claims, atStart, later) => {
    expect(judgeSecondFactor(claims, 'c3', now)).toEqual({ atStart, later });
  });
});

describe('case 53: without an authentication context', () => {
  test.each([
    ['a sign-in now', seconds, 'proven'],
    ['a sign-in 600 seconds ago', oldest, 'proven'],
    ['a sign-in 601 seconds ago', oldest - 1, 'step-up'],
    ['a sign-in by a clock that is 60 seconds ahead', newest, 'proven'],
    ['a sign-in in the future', newest + 1, 'step-up'],
    ['a sign-in at 0', 0, 'step-up'],
    ['a sign-in at an unknown time', undefined, 'claim-missing'],
  ] as const)('%s is judged %s at the start, and is no obstacle later', (_, auth_time, atStart) => {
    const claims = { iat: seconds, acrs: ['c3'], auth_time };
    expect(judgeSecondFactor(claims, undefined, now)).toEqual({ atStart, later: 'proven' });
  });
});
