import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ErrorKind } from '../../shared/model/errors.ts';
import {
  decideSync,
  maySync,
  nextAfterFailure,
  nextSlowSync,
  type SyncDecision,
  type SyncReason,
  type SyncState,
} from './schedule.ts';

const minute = 60_000;
const now = Date.UTC(2026, 7, 3, 9);
const reasons: readonly SyncReason[] = ['person', 'page', 'start', 'alarm', 'registration'];
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('whether a sync may be', () => {
  test('never synced: for any reason', () => {
    for (const reason of reasons) expect(maySync({}, reason, now)).toBe(true);
  });

  test.each<[SyncReason, number]>([
    ['person', 0],
    ['registration', 4_000],
    ['page', minute],
    ['start', minute],
    ['alarm', minute],
  ])('%s: not sooner than %d ms after the last', (reason, distance) => {
    expect(maySync({ syncedAt: now - distance }, reason, now)).toBe(true);
    if (distance > 0) expect(maySync({ syncedAt: now - distance + 1 }, reason, now)).toBe(false);
  });

  test('an alarm waits for its time, a page does not', () => {
    const state = { syncedAt: now - 5 * minute, nextSyncAt: now + 1 };
    expect(maySync(state, 'alarm', now)).toBe(false);
    expect(maySync(state, 'alarm', now + 1)).toBe(true);
    expect(maySync(state, 'page', now)).toBe(true);
  });

  test('case 45: what the service demanded holds for everybody, also for a person', () => {
    const syncError = { kind: 'service-unavailable', at: now - 10 * minute, retryAt: now + 1 } as const;
    for (const reason of reasons) {
      expect(maySync({ syncError }, reason, now)).toBe(false);
      expect(maySync({ syncError }, reason, now + 1)).toBe(true);
    }
  });

  test('case 56: a failure keeps a page at its distance, having been offline does not', () => {
    for (const syncedAt of [now - 5 * minute, now - 2_000]) {
      const failed = (kind: ErrorKind) => ({ syncError: { kind, at: now - 1_000 }, syncedAt });
      expect(maySync(failed('service-unavailable'), 'page', now)).toBe(false);
      expect(maySync(failed('offline'), 'page', now)).toBe(true);
      expect(maySync({ ...failed('offline'), nextSyncAt: now + 1 }, 'alarm', now)).toBe(false);
      expect(maySync(failed('service-unavailable'), 'person', now)).toBe(true);
    }
  });
});

describe('when the next is', () => {
  test('after a good one: six hours, give or take a fifth', () => {
    fc.assert(
      fc.property(chance, (random) => {
        const wait = nextSlowSync(now, () => random, 6) - now;
        expect(wait).toBeGreaterThanOrEqual(288 * minute);
        expect(wait).toBeLessThanOrEqual(432 * minute);
      }),
    );
    expect(nextSlowSync(now, () => 0, 6)).not.toBe(nextSlowSync(now, () => 0.5, 6));
  });

  test('after a failed one: in an hour, give or take half', () => {
    fc.assert(
      fc.property(chance, (random) => {
        const wait = nextAfterFailure(now, undefined, () => random) - now;
        expect(wait).toBeGreaterThanOrEqual(30 * minute);
        expect(wait).toBeLessThanOrEqual(90 * minute);
      }),
    );
  });

  test('case 45: never before the time the service named, and not all at that very time', () => {
    fc.assert(
      fc.property(fc.integer({ min: -minute, max: 600 * minute }), chance, (ahead, random) => {
        expect(nextAfterFailure(now, now + ahead, () => random)).toBeGreaterThanOrEqual(now + ahead);
      }),
    );
  });
});

describe('what would come to many installations at one moment is taken apart', () => {
  const overdue: SyncState = { syncedAt: now - 960 * minute, nextSyncAt: now - 600 * minute };

  test.each<[string, number, (random: () => number) => number]>([
    ['a slow sync', 144, (random) => nextSlowSync(now, random, 6)],
    ['after an outage', 60, (random) => nextAfterFailure(now, undefined, random)],
    ['a time that the service names to all', 58, (random) => nextAfterFailure(now, now + 240 * minute, random)],
    ['a policy for all', 58, (random) => postponeTo(decideSync({ nextSyncAt: 0 }, 'alarm', now, random))],
    ['an overdue sync', 88, (random) => postponeTo(decideSync(overdue, 'alarm', now, random))],
    ['the start of all browsers', 88, (random) => postponeTo(decideSync({ syncedAt: 0 }, 'start', now, random))],
  ])('%s: in even chance over %d minutes', (_, minutes, momentOf) => {
    fc.assert(
      fc.property(chance, chance, (one, other) => {
        const [first, second] = [momentOf(() => one), momentOf(() => other)];
        // As far apart as their chances are: no two chances are rounded to one moment, none is favoured.
        expect(second - first).toBeCloseTo((other - one) * minutes * minute, 1);
      }),
    );
  });

  const postponeTo = (decision: SyncDecision) => (typeof decision === 'object' ? decision.postponeTo : Number.NaN);

  test('what is put off is done within three hours of being awake, however often the lid is opened', () => {
    fc.assert(
      fc.property(fc.array(chance, { minLength: 10, maxLength: 10 }), (chances) => {
        let state = overdue;
        let time = now;
        for (const random of chances) {
          const decision = decideSync(state, 'alarm', time, () => random);
          if (decision === 'read') break;
          state = { ...overdue, nextSyncAt: postponeTo(decision), putOff: (state.putOff ?? 0) + 1 };
          // Asleep just then, and awake two minutes later.
          time = postponeTo(decision) + 2 * minute;
        }
        expect(decideSync(state, 'alarm', time, () => 0)).toBe('read');
        expect(time - now).toBeLessThanOrEqual(200 * minute);
      }),
    );
  });

  test('a person, a page and a sync that is due in time are not put off', () => {
    for (const reason of ['person', 'page', 'registration'] as const) {
      expect(decideSync(overdue, reason, now, () => 0.5)).toBe('read');
    }
    expect(decideSync({ nextSyncAt: now - 1 }, 'alarm', now, () => 0.5)).toBe('read');
    expect(decideSync({ nextSyncAt: now + 1 }, 'start', now, () => 0.5)).toBe('nothing');
  });
});
