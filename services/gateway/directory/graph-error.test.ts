import { expect, test } from 'vitest';
import { retryAfterOf } from './graph-error.ts';

test('Retry-After is read in seconds and as a date, and is at most an hour', () => {
  const now = Date.UTC(2026, 8, 1);
  const read = (value?: string) =>
    retryAfterOf(new Response(null, value === undefined ? {} : { headers: { 'retry-after': value } }), now);
  expect(read('17')).toBe(17_000);
  expect(read('0')).toBe(0);
  expect(read(new Date(now + 9_000).toUTCString())).toBe(9_000);
  expect(read(new Date(now - 9_000).toUTCString())).toBe(0);
  const hour = 3_600_000;
  for (const long of ['3600', '3601', '9'.repeat(400), new Date(now + hour + 1_000).toUTCString()])
    expect(read(long)).toBe(hour);
  for (const none of [undefined, '', 'soon', '17 s', 'x17']) expect(read(none)).toBeUndefined();
});
