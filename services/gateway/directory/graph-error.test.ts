import { expect, test } from 'vitest';
import { retryAfterOf } from './graph-error.ts';

test('Retry-After is read in seconds and as a date', () => {
  const now = Date.UTC(2026, 8, 1);
  const read = (value?: string) =>
    retryAfterOf(new Response(null, value === undefined ? {} : { headers: { 'retry-after': value } }), now);
  expect(read('17')).toBe(17_000);
  expect(read('0')).toBe(0);
  expect(read(new Date(now + 9_000).toUTCString())).toBe(9_000);
  expect(read(new Date(now - 9_000).toUTCString())).toBe(0);
  for (const none of [undefined, '', 'soon', '17 s', 'x17']) expect(read(none)).toBeUndefined();
});
