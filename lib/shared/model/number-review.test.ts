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

describe('a confirmation of a number starts', () => {
  test('when the number is first seen', () => {
    expect(updatedConfirmations([], [], [mobile], then)).toEqual([confirmed]);
    expect(updatedConfirmations([confirmed], [mobile], [mobile], now)).toEqual([confirmed]);
  });

  test('when the number is changed', () => {
    const changed = { ...mobile, masked: '+44 •••• 417' };
    expect(updatedConfirmations([confirmed], [mobile], [changed], now)).toEqual([
      { ...confirmed, masked: '+44 •••• 417', confirmedAt: now },
    ]);
  });

  test('when SMS sign-in is turned on, here or elsewhere', () => {
    const ready: CachedMethod = { ...mobile, smsSignIn: 'ready' };
    expect(updatedConfirmations([confirmed], [mobile], [ready], now)).toMatchObject([{ confirmedAt: now }]);
    expect(updatedConfirmations([confirmed], [ready], [ready], now)).toEqual([confirmed]);
    // Without a previous read, the time of turning it on is unknown.
    expect(updatedConfirmations([confirmed], [], [ready], now)).toEqual([confirmed]);
  });
});

test('the confirmation of a removed number is deleted', () => {
  expect(updatedConfirmations([confirmed], [mobile], [], now)).toEqual([]);
});

describe('a number is due for review', () => {
  const isDue = (method: Partial<CachedMethod>, days = 180, at = now) =>
    isDueForReview({ ...mobile, ...method }, [confirmed], days, at);

  test('only after the configured number of days', () => {
    expect(isDue({})).toBe(true);
    expect(isDue({}, 180, then + 180 * day)).toBe(false);
    expect(isDue({}, 180, then + 180 * day + 1)).toBe(true);
    expect(isDue({}, 365)).toBe(false);
  });

  test('never if reviews are turned off', () => expect(isDue({}, 0)).toBe(false));

  test('never if the directory does not tell the number (G1)', () => {
    const hidden = { ...mobile, masked: '••••' };
    expect(isDueForReview(hidden, [{ ...confirmed, masked: '••••' }], 180, now)).toBe(false);
  });

  test('only if it is a confirmed private number', () => {
    expect(isDue({ id: 'other' })).toBe(false);
    expect(isDue({ masked: '+44 •••• 417' })).toBe(false);
    expect(isDue({ type: 'office' })).toBe(false);
    expect(isDue({ type: 'alternateMobile' })).toBe(true);
  });
});
