import { expect, test } from 'vitest';
import { detailsOf, type ErrorKind, IdentityError, isOutcomeUnknown } from './errors.ts';

test.each<[ErrorKind, number | undefined, boolean]>([
  ['offline', undefined, true],
  ['service-unavailable', undefined, true],
  ['service-unavailable', 500, true],
  ['service-unavailable', 429, false],
  ['unexpected-answer', undefined, true],
  ['unexpected-answer', 200, true],
  ['unexpected-answer', 302, true],
  ['unexpected-answer', 400, false],
  ['unexpected-answer', 499, false],
  ['number-in-use', 409, false],
  ['not-permitted', 403, false],
])('%s with status %s: the outcome is unknown: %s', (kind, status, unknown) => {
  expect(isOutcomeUnknown({ kind, at: 0, ...(status ? { status } : {}) })).toBe(unknown);
});

test('what was thrown by a defect of ours reads as an unexpected answer, and its text is kept nowhere', () => {
  const details = detailsOf(new TypeError('cannot read +44 7700900102'));
  expect(details).toEqual({ kind: 'unexpected-answer', at: expect.any(Number) });
});

test('the message is for logs: kind, status and code, nothing else', () => {
  const error = new IdentityError('number-in-use', { status: 409, code: 'phoneNumberNotUnique' }, '{"secret":1}');
  expect(error.message).toBe('number-in-use (status 409, phoneNumberNotUnique)');
  expect(new IdentityError('offline').message).toBe('offline');
});
