import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCode } from './one-time-code.ts';

test.each([
  '123456',
  '123-456',
  '123 456',
  ' 123–456\n',
  '１２３４５６',
  '١٢٣٤٥٦',
  '۱۲۳ ۴۵۶',
  '१२३४५६',
  '\u200e123456\u200e',
])('%j is read as the code 123456', (typed) => {
  expect(parseCode(typed, 6)).toBe('123456');
});

test.each(['', '12345', '1234567', '12345a', '123.456.', 'code 123456', '½23456'])(
  '%j is not read as a code',
  (typed) => {
    expect(parseCode(typed, 6)).toBeUndefined();
  },
);

test('a code in any script with any separators is read as ASCII digits', () => {
  const zero = fc.constantFrom(0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10, 0x1d7ce);
  const separator = fc.constantFrom('', ' ', '-', '\u2011', '\u00a0', '\u200f');
  const digit = fc.tuple(fc.integer({ min: 0, max: 9 }), zero, separator);
  fc.assert(
    fc.property(fc.array(digit, { minLength: 4, maxLength: 10 }), (digits) => {
      const typed = digits.map(([value, from, apart]) => String.fromCodePoint(from + value) + apart).join('');
      expect(parseCode(typed, digits.length)).toBe(digits.map(([value]) => value).join(''));
    }),
  );
});
