import { describe, expect, test } from 'vitest';
import {
  detailsOf,
  type ErrorKind,
  errorKinds,
  IdentityError,
  identityErrorOf,
  isOutcomeUnknown,
  mayHaveTakenEffect,
} from './errors.ts';

const kinds = Object.keys(errorKinds) as ErrorKind[];
const kindsWith = (column: 'shownAt' | 'ask' | 'effect', value: string) =>
  kinds.filter((kind) => errorKinds[kind][column] === value);

describe('the table of error kinds', () => {
  test('lists the kinds shown at a field', () => {
    const atNumber = [
      'invalid-number',
      'cannot-receive-texts',
      'country-refused',
      'number-in-use',
      'already-registered',
    ];
    expect(kindsWith('shownAt', 'number-field')).toEqual(atNumber);
    expect(kindsWith('shownAt', 'code-field')).toEqual(['wrong-code', 'code-replaced']);
    expect(kindsWith('shownAt', 'code-end')).toEqual(['code-expired', 'code-used', 'too-many-attempts']);
  });

  test('lists the kinds that a sign-in resolves', () => {
    expect(kindsWith('ask', 'sign-in')).toEqual([
      'needs-step-up',
      'account-not-allowed',
      'signed-out',
      'sign-in-not-finished',
    ]);
  });

  test('lists the kinds after which a request may have taken effect', () => {
    const unknown = ['offline', 'service-unavailable', 'unexpected-answer', 'internal-error'];
    expect(kindsWith('effect', 'unknown')).toEqual(unknown);
    expect(kinds.filter((kind) => mayHaveTakenEffect({ kind, at: 0 }))).toEqual([
      'step-up-repeated',
      ...unknown,
      'interrupted',
      'not-effective',
    ]);
  });
});

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
  ['internal-error', undefined, true],
  ['interrupted', undefined, false],
  ['number-in-use', 409, false],
  ['not-permitted', 403, false],
])('the outcome of a request that failed with %s and status %s is unknown: %s', (kind, status, unknown) => {
  expect(isOutcomeUnknown({ kind, at: 0, ...(status ? { status } : {}) })).toBe(unknown);
});

test('an exception in the extension becomes an internal error, and its text is not stored', () => {
  const thrown = new TypeError('cannot read +44 7700900102');
  expect(detailsOf(thrown)).toEqual({ kind: 'internal-error', at: expect.any(Number) });
  expect(identityErrorOf(thrown).cause).toBe(thrown);
  expect(identityErrorOf(thrown).message).toBe('internal-error');
});

test('the message of an error holds kind, status and code only', () => {
  const error = new IdentityError('number-in-use', { status: 409, code: 'phoneNumberNotUnique' }, '{"secret":1}');
  expect(error.message).toBe('number-in-use (status 409, phoneNumberNotUnique)');
  expect(new IdentityError('offline').message).toBe('offline');
});
