import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ErrorKind } from '../identity/errors.ts';
import { maySync, nextAfterFailure, nextSlowSync, type SyncReason } from './schedule.ts';

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
        const wait = nextSlowSync(now, () => random) - now;
        expect(wait).toBeGreaterThanOrEqual(288 * minute);
        expect(wait).toBeLessThanOrEqual(432 * minute);
      }),
    );
    expect(nextSlowSync(now, () => 0)).not.toBe(nextSlowSync(now, () => 0.5));
  });

  test('after failures: doubling from two minutes, an hour at most, of which up to half is chance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), chance, (failures, random) => {
        const ceiling = Math.min(60 * minute, minute * 2 ** failures);
        const wait = nextAfterFailure(now, failures, undefined, () => random) - now;
        // A millisecond for what floating point adds to a time of today.
        expect(wait).toBeGreaterThanOrEqual(ceiling / 2 - 1);
        expect(wait).toBeLessThanOrEqual(ceiling + 1);
        // Sooner would meet the least distance between two syncs, in a circle.
        expect(
          maySync(
            { nextSyncAt: now + wait, syncError: { kind: 'service-unavailable', at: now } },
            'alarm',
            now + wait + 1,
          ),
        ).toBe(true);
      }),
    );
  });

  test('more failures never make it come sooner', () => {
    fc.assert(
      fc.property(fc.nat({ max: 100 }), chance, (failures, random) => {
        const next = (count: number) => nextAfterFailure(now, count, undefined, () => random);
        expect(next(failures + 1)).toBeGreaterThanOrEqual(next(failures));
      }),
    );
  });

  test('case 45: never before the time the service named, and not all at that very time', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 20 }),
        fc.integer({ min: -minute, max: 600 * minute }),
        chance,
        (failures, ahead, random) => {
          expect(nextAfterFailure(now, failures, now + ahead, () => random)).toBeGreaterThanOrEqual(now + ahead);
        },
      ),
    );
    const named = now + 600 * minute;
    expect(nextAfterFailure(now, 1, named, () => 0.9)).toBeGreaterThan(nextAfterFailure(now, 1, named, () => 0.1));
  });
});
