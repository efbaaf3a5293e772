import { describe, expect, test } from 'vitest';
import { maxRetryAfterMs } from '../network.ts';
import { asksToWait, isWaiting, nextBackoff, parseBackoff } from './backoff.ts';

const now = 1_800_000_000_000;
const minute = 60_000;
const none = { failures: 0, until: 0 };
const at = now;

describe('the next backoff', () => {
  test.each([
    [0, 1],
    [1, 5],
    [2, 15],
    [3, 15],
    [30, 15],
  ])('after %d failures in a row takes %d minutes', (failures, minutes) => {
    expect(nextBackoff({ failures, until: 7 }, undefined, now, () => 0)).toEqual({
      failures: failures + 1,
      until: now + minutes * minute,
    });
  });

  test('is up to a fifth longer at random', () => {
    expect(nextBackoff(none, undefined, now, () => 1).until).toBe(now + 1.2 * minute);
    expect(nextBackoff(none, undefined, now, () => 0.5).until).toBe(now + 1.1 * minute);
  });

  test('ends at the time that the service named, if that is to come', () => {
    expect(nextBackoff(none, now + 1, now, () => 0)).toEqual({ failures: 1, until: now + 1 });
    expect(nextBackoff(none, now, now, () => 0)).toEqual({ failures: 1, until: now + minute });
    expect(nextBackoff(none, now - 1, now, () => 0)).toEqual({ failures: 1, until: now + minute });
  });
});

describe('a backoff', () => {
  test.each([
    ['has ended at its time', now, false],
    ['lasts until its time', now + 1, true],
    ['lasts as long as the longest wait', now + maxRetryAfterMs, true],
    ['of a clock that was wrong does not last', now + maxRetryAfterMs + 1, false],
  ])('%s', (_, until, is) => {
    expect(isWaiting({ failures: 1, until }, now)).toBe(is);
  });

  test.each([
    undefined,
    'x',
    { failures: 1 },
    { until: now },
    { failures: -1, until: now },
    { failures: 0.5, until: now },
    { failures: 1, until: `${now}` },
  ])('that is stored as %j is none', (stored) => {
    expect(parseBackoff(stored)).toEqual(none);
  });

  test('is read as it was stored', () => {
    expect(parseBackoff({ failures: 0, until: 3 })).toEqual({ failures: 0, until: 3 });
    expect(parseBackoff({ failures: 2, until: now })).toEqual({ failures: 2, until: now });
  });
});

test.each([
  [{ status: 429 }, true],
  [{ status: 503 }, true],
  [{ code: 'AADSTS90033', status: 400 }, true],
  [{ code: 'unreadable-answer' }, true],
  [{ retryAt: now, status: 502 }, true],
  [{ status: 500 }, false],
  [{ status: 502 }, false],
  [{}, false],
] as const)('a service that is unavailable with %j asks to wait: %s', (details, is) => {
  expect(asksToWait({ kind: 'service-unavailable', at, ...details })).toBe(is);
});

test('an error of another kind does not ask to wait', () => {
  for (const kind of ['offline', 'signed-out', 'unexpected-answer'] as const) {
    expect(asksToWait({ kind, at, status: 429, code: 'x', retryAt: now })).toBe(false);
  }
});
