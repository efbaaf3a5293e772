import { describe, expect, test } from 'vitest';
import { isDueForReview, updatedConfirmations } from './number-review.ts';
import type { CachedMethod, Confirmation } from './rows.ts';

const day = 24 * 3_600_000;
const then = 1_700_000_000_000;
const now = then + 200 * day;
const mobile: CachedMethod = {
  accountId: 'account',
  id: 'mobile',
  type: 'mobile',
  masked: '+44 •••• 982',
  smsSignIn: 'notEnabled',
};
const confirmed: Confirmation = {
  accountId: 'account',
  methodId: 'mobile',
  masked: '+44 •••• 982',
  confirmedAt: then,
};

describe('since when a number counts as the person’s own', () => {
  test('since it was seen first', () => {
    expect(updatedConfirmations([], [], [mobile], then)).toEqual([confirmed]);
    expect(updatedConfirmations([confirmed], [mobile], [mobile], now)).toEqual([confirmed]);
  });

  test('since it was changed', () => {
    const changed = { ...mobile, masked: '+44 •••• 417' };
    expect(updatedConfirmations([confirmed], [mobile], [changed], now)).toEqual([
      { ...confirmed, masked: '+44 •••• 417', confirmedAt: now },
    ]);
  });

  test('since it was switched on, wherever that was', () => {
    const ready: CachedMethod = { ...mobile, smsSignIn: 'ready' };
    expect(updatedConfirmations([confirmed], [mobile], [ready], now)).toMatchObject([{ confirmedAt: now }]);
    expect(updatedConfirmations([confirmed], [ready], [ready], now)).toEqual([confirmed]);
    // The first read of the account in a new version: nobody knows when that was.
    expect(updatedConfirmations([confirmed], [], [ready], now)).toEqual([confirmed]);
  });

  test('what is gone is forgotten', () => {
    expect(updatedConfirmations([confirmed], [mobile], [], now)).toEqual([]);
  });
});

describe('asking whether it still is', () => {
  const isDue = (method: Partial<CachedMethod>, days = 180, at = now) =>
    isDueForReview({ ...mobile, ...method }, [confirmed], days, at);

  test('after so many days, and not before', () => {
    expect(isDue({})).toBe(true);
    expect(isDue({}, 180, then + 180 * day)).toBe(false);
    expect(isDue({}, 180, then + 180 * day + 1)).toBe(true);
    expect(isDue({}, 365)).toBe(false);
  });

  test('never where it was switched off', () => expect(isDue({}, 0)).toBe(false));

  test('not of a number that nothing is known of yet, nor of an office', () => {
    expect(isDue({ id: 'other' })).toBe(false);
    expect(isDue({ masked: '+44 •••• 417' })).toBe(false);
    expect(isDue({ type: 'office' })).toBe(false);
    expect(isDue({ type: 'alternateMobile' })).toBe(true);
  });
});
