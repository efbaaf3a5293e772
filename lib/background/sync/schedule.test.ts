import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ErrorKind } from '../../shared/model/errors.ts';
import {
  decideSync,
  maySync,
  nextAfterFailure,
  nextRecovery,
  nextSlowSync,
  type Recovery,
  type SyncDecision,
  type SyncReason,
  type SyncState,
} from './schedule.ts';

const minute = 60_000;
const now = Date.UTC(2026, 7, 3, 9);
const reasons: readonly SyncReason[] = ['user', 'page', 'start', 'alarm', 'registration'];
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('a sync is allowed', () => {
  test('for any reason if the account was never synced', () => {
    for (const reason of reasons) expect(maySync({}, reason, now)).toBe(true);
  });

  test.each<[SyncReason, number]>([
    ['user', 0],
    ['registration', 4_000],
    ['page', minute],
    ['start', minute],
    ['alarm', minute],
  ])('for the reason %s at least %d ms after the last one', (reason, distance) => {
    expect(maySync({ syncedAt: now - distance }, reason, now)).toBe(true);
    if (distance > 0) expect(maySync({ syncedAt: now - distance + 1 }, reason, now)).toBe(false);
  });

  test('for an alarm only when it is due, for a page earlier', () => {
    const state = { syncedAt: now - 5 * minute, nextSyncAt: now + 1 };
    expect(maySync(state, 'alarm', now)).toBe(false);
    expect(maySync(state, 'alarm', now + 1)).toBe(true);
    expect(maySync(state, 'page', now)).toBe(true);
  });

  test('case 45: for no reason before the retry time of the service', () => {
    const syncError = { kind: 'service-unavailable', at: now - 10 * minute, retryAt: now + 1 } as const;
    for (const reason of reasons) {
      expect(maySync({ syncError }, reason, now)).toBe(false);
      expect(maySync({ syncError }, reason, now + 1)).toBe(true);
    }
  });

  test('case 56: for a page soon after an offline error, but not after another error', () => {
    for (const syncedAt of [now - 5 * minute, now - 2_000]) {
      const failed = (kind: ErrorKind) => ({ syncError: { kind, at: now - 1_000 }, syncedAt });
      expect(maySync(failed('service-unavailable'), 'page', now)).toBe(false);
      expect(maySync(failed('offline'), 'page', now)).toBe(true);
      expect(maySync({ ...failed('offline'), nextSyncAt: now + 1 }, 'alarm', now)).toBe(false);
      expect(maySync(failed('service-unavailable'), 'user', now)).toBe(true);
    }
  });
});

describe('the next sync', () => {
  test('after a successful one is six hours later with a jitter of 20 %', () => {
    fc.assert(
      fc.property(chance, (random) => {
        const wait = nextSlowSync(now, () => random, 6) - now;
        expect(wait).toBeGreaterThanOrEqual(288 * minute);
        expect(wait).toBeLessThanOrEqual(432 * minute);
      }),
    );
    expect(nextSlowSync(now, () => 0, 6)).not.toBe(nextSlowSync(now, () => 0.5, 6));
  });

  test('after a failed one is an hour later with a jitter of 50 %', () => {
    fc.assert(
      fc.property(chance, (random) => {
        const wait = nextAfterFailure(now, undefined, () => random) - now;
        expect(wait).toBeGreaterThanOrEqual(30 * minute);
        expect(wait).toBeLessThanOrEqual(90 * minute);
      }),
    );
  });

  test('case 45: is after the retry time of the service with a jitter', () => {
    fc.assert(
      fc.property(fc.integer({ min: -minute, max: 600 * minute }), chance, (ahead, random) => {
        expect(nextAfterFailure(now, now + ahead, () => random)).toBeGreaterThanOrEqual(now + ahead);
      }),
    );
  });
});

describe('the silent sign-ins of an account whose tokens were lost', () => {
  const recovery = { attempts: 1, at: now - minute, nextAt: now + 1 };

  test('come after 15 minutes, 1 hour, 6 hours and then each day, with a jitter of 20 %', () => {
    fc.assert(
      fc.property(chance, (random) => {
        let previous: Recovery | undefined;
        for (const [index, minutes] of [15, 60, 360, 1_440, 1_440, 1_440].entries()) {
          previous = nextRecovery(previous, now, () => random);
          expect(previous.nextAt - now).toBeCloseTo(minutes * minute * (1 + 0.2 * random), 0);
          expect(previous).toMatchObject({ at: now, attempts: Math.min(index + 1, 4) });
        }
      }),
    );
  });

  test('until one is due, there is no sync', () => {
    for (const reason of reasons) {
      expect(maySync({ recovery }, reason, now)).toBe(false);
      expect(maySync({ recovery }, reason, now + 1)).toBe(true);
    }
  });
});

describe('requests of many browsers are spread', () => {
  const overdue: SyncState = { syncedAt: now - 960 * minute, nextSyncAt: now - 600 * minute };

  test.each<[string, number, (random: () => number) => number]>([
    ['a regular sync', 144, (random) => nextSlowSync(now, random, 6)],
    ['after an outage', 60, (random) => nextAfterFailure(now, undefined, random)],
    ['the recovery after a revocation', 3, (random) => nextRecovery(undefined, now, random).nextAt],
    ['after the retry time of the service', 58, (random) => nextAfterFailure(now, now + 240 * minute, random)],
    ['after a new policy', 58, (random) => postponeTo(decideSync({ nextSyncAt: 0 }, 'alarm', now, random))],
    ['an overdue sync', 88, (random) => postponeTo(decideSync(overdue, 'alarm', now, random))],
    ['after the start of the browser', 88, (random) => postponeTo(decideSync({ syncedAt: 0 }, 'start', now, random))],
  ])('evenly: %s, over %d minutes', (_, minutes, momentOf) => {
    fc.assert(
      fc.property(chance, chance, (one, other) => {
        const [first, second] = [momentOf(() => one), momentOf(() => other)];
        expect(second - first).toBeCloseTo((other - one) * minutes * minute, 1);
      }),
    );
  });

  const postponeTo = (decision: SyncDecision) => (typeof decision === 'object' ? decision.postponeTo : Number.NaN);

  test('but an overdue sync runs within 200 minutes, however often it is postponed', () => {
    fc.assert(
      fc.property(fc.array(chance, { minLength: 10, maxLength: 10 }), (chances) => {
        let state = overdue;
        let time = now;
        for (const random of chances) {
          const decision = decideSync(state, 'alarm', time, () => random);
          if (decision === 'read') break;
          state = { ...overdue, nextSyncAt: postponeTo(decision), putOff: (state.putOff ?? 0) + 1 };
          // The computer sleeps at that time and wakes two minutes later.
          time = postponeTo(decision) + 2 * minute;
        }
        expect(decideSync(state, 'alarm', time, () => 0)).toBe('read');
        expect(time - now).toBeLessThanOrEqual(200 * minute);
      }),
    );
  });

  test('but not those of a user or a page, nor a sync that is due on time', () => {
    for (const reason of ['user', 'page', 'registration'] as const) {
      expect(decideSync(overdue, reason, now, () => 0.5)).toBe('read');
    }
    expect(decideSync({ nextSyncAt: now - 1 }, 'alarm', now, () => 0.5)).toBe('read');
    expect(decideSync({ nextSyncAt: now + 1 }, 'start', now, () => 0.5)).toBe('nothing');
  });
});
