import { expect, test } from 'vitest';
import { relativeTime } from './relative-time.ts';

const now = Date.UTC(2026, 0, 5, 12);

test.each([
  [-2 * 60_000, 'en', '2 minutes ago'],
  [-59_000, 'en', undefined],
  [20_000, 'en', 'in 20 seconds'],
  [5 * 60_000 + 20_000, 'en', 'in 5 minutes'],
  [-26 * 3_600_000, 'en', 'yesterday'],
  [-2 * 3_600_000, 'de', 'vor 2 Stunden'],
] as const)('a time %d ms from now is in the language %s: %s', (distance, language, text) => {
  expect(relativeTime(now + distance, now, language)).toBe(text);
});
