import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countries, parseTypedNumber } from './parse.ts';

describe('a number in any common format is recognized', () => {
  test.each([
    ['07700 900982', 'GB'],
    ['(07700) 900-982', 'GB'],
    ['07700.900.982', 'GB'],
    ['+44 7700 900982', 'US'],
    ['+44 (0)7700 900982', 'US'],
    ['0044 7700 900982', 'US'],
    ['00447700900982', 'GB'],
    ['011 44 7700 900982', 'US'],
    ['٠٧٧٠٠ ٩٠٠٩٨٢', 'GB'],
    ['＋４４ ７７００ ９００９８２', 'US'],
    ['۰۰۴۴۷۷۰۰۹۰۰۹۸۲', 'IR'],
    ['\u202a+44 7700 900982\u202c', 'DE'],
    ['tel:+44-7700-900982', 'DE'],
    ['+447700900982', 'nowhere'],
    ['07700 900982 x12', 'GB'],
  ])('%j with the country %s', (typed, country) => {
    expect(parseTypedNumber(typed, country)).toMatchObject({
      phoneNumber: '+447700900982',
      international: '+44 7700 900982',
      country: 'GB',
    });
  });
});

test('a typed + or 00 overrides the selected country, even in an incomplete number', () => {
  expect(parseTypedNumber('+1 202 555 0142', 'GB')).toMatchObject({
    phoneNumber: '+12025550142',
    country: 'US',
    hasCountryCode: true,
  });
  expect(parseTypedNumber('0049 30', 'GB')).toEqual({ country: 'DE', hasCountryCode: true });
  expect(parseTypedNumber('202 555 0142', 'US')).toMatchObject({ country: 'US', hasCountryCode: false });
});

test('the selected country is kept if it shares the calling code', () => {
  expect(parseTypedNumber('+44 7700 900982', 'JE')).toMatchObject({ country: 'JE' });
});

test.each(['', '+', '+44', '0', '07700', '555-0142', 'call 07700 900982', '+1 555 0142', '+999 123456789', 'abc'])(
  '%j is not a complete number',
  (typed) => {
    expect(parseTypedNumber(typed, 'US').phoneNumber).toBeUndefined();
  },
);

test('any text can be parsed, and a formatted number is parsed to itself', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...'+0123456789٣３() -./x') }),
  );
  fc.assert(
    fc.property(text, fc.constantFrom('GB', 'US', 'DE', 'XX'), (typed, country) => {
      const { phoneNumber, international } = parseTypedNumber(typed, country);
      expect(phoneNumber === undefined).toBe(international === undefined);
      if (phoneNumber === undefined || international === undefined) return;
      expect(phoneNumber).toMatch(/^\+\d+$/);
      expect(parseTypedNumber(international, country)).toMatchObject({
        phoneNumber,
        international,
        hasCountryCode: true,
      });
    }),
  );
});

test('the list has every country once', () => {
  const all = countries('en');
  expect(all.length).toBeGreaterThan(240);
  expect(new Set(all.map(({ code }) => code)).size).toBe(all.length);
  expect(all).toContainEqual({ code: 'GB', name: 'United Kingdom', callingCode: '+44' });
  expect(countries('de').map(({ name }) => name)).toContain('Vereinigtes Königreich');
});
