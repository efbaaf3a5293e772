import * as v from 'valibot';
import { expect, test } from 'vitest';
import { CapsText, cooldown, defaultCaps, longestWindowMs, wrongCodesCap } from './caps.ts';

const hour = 3_600_000;

test('case 45: the cooldown allows one text in 30 seconds', () => {
  expect(cooldown).toEqual({ limit: 1, windowMs: 30_000 });
});

test('case 38: a user may enter 15 wrong codes a day', () => {
  expect([longestWindowMs, wrongCodesCap]).toEqual([24 * hour, { limit: 15, windowMs: 24 * hour }]);
});

test('case 46: texts are limited by default per user, number, address, site, country and in total', () => {
  const caps = Object.entries(defaultCaps).map(([by, text]) => [by, v.parse(CapsText, text)]);
  const twice = [
    { limit: 5, windowMs: hour },
    { limit: 10, windowMs: 24 * hour },
  ];
  expect(Object.fromEntries(caps)).toEqual({
    user: twice,
    number: twice,
    address: [{ limit: 60, windowMs: hour }],
    site: [{ limit: 300, windowMs: hour }],
    country: [
      { limit: 500, windowMs: hour },
      { limit: 2000, windowMs: 24 * hour },
    ],
    total: [
      { limit: 1000, windowMs: hour },
      { limit: 4000, windowMs: 24 * hour },
    ],
  });
});

test.each([
  ['1/1s', [{ limit: 1, windowMs: 1000 }]],
  [
    '1/1s 2/100s',
    [
      { limit: 1, windowMs: 1000 },
      { limit: 2, windowMs: 100_000 },
    ],
  ],
  ['10/20m', [{ limit: 10, windowMs: 1_200_000 }]],
  ['9999999/86400s', [{ limit: 9_999_999, windowMs: 24 * hour }]],
  [
    '  5/1h   10/24h 20/24h ',
    [
      { limit: 5, windowMs: hour },
      { limit: 10, windowMs: 24 * hour },
      { limit: 20, windowMs: 24 * hour },
    ],
  ],
])('case 46: the text "%s" is read as caps', (text, caps) => {
  expect(v.parse(CapsText, text)).toEqual(caps);
});

test.each([
  ...['', 'x', '5', '5/', '/1h', '5/1', '5/h', '5/1d', '5/1hh', 'x5/1h', '5/1hx', '5/x1h', '5/1xh', '5x/1h'],
  ...['0/1h', '5/0h', '05/1h', '5/01h', '10000000/1h', '5/100000s', '-5/1h', '5/-1h', '1.5/1h', '5 /1h', '5/1 h'],
  ...['5/1h,10/2h', '5/1h10/2h', '5/1h 10', '5/1h 0/2h', '5/1h 05/2h', '5/1h 10/0h', '5/1h 10/02h', '5/1h 10/2d'],
  ...['5/1h 10/2hx', '5/1h x10/2h', '5/1h 10000000/1h', '5/1h 10/100000s', '5/1h 10/2h x'],
  ...['5/25h', '25/1h 5/25h', '5/25h 25/1h', '5/86401s', '5/1441m'],
])('case 46: the text "%s" is refused as caps', (text) => {
  expect(v.is(CapsText, text)).toBe(false);
});
