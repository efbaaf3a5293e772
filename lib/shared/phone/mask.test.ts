import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasDigits } from '../model/phone-method.ts';
import { endsAlike, maskIfNumber, maskNumber } from './mask.ts';

const digits = (minLength: number, maxLength: number) =>
  fc.stringMatching(new RegExp(`^[0-9]{${minLength},${maxLength}}$`));
const digitsOf = (text: string) => text.replace(/\D/g, '');

test('a masked number has the country code and the last three digits', () => {
  expect(maskNumber('+44 7700900982')).toBe('+44 •••• 982');
  expect(maskNumber('+1 2065550109x42')).toBe('+1 •••• 109');
  expect(maskNumber('+447700900982')).toBe('•••• 982');
});

test('masked numbers are compared by their last three digits, however the directory formats them (G5)', () => {
  const registered = maskNumber('+44 7700900101');
  for (const stored of ['+44 07700900101', '+44 (0)7700 900101', '7700-900101', '(07700) 900101', '+447700900101'])
    expect(endsAlike(maskNumber(stored), registered), stored).toBe(true);
  for (const other of ['+44 7700900102', '']) expect(endsAlike(maskNumber(other), registered)).toBe(false);
});

test('a number that the directory does not tell has no digits (G1)', () => {
  expect(maskNumber('')).toBe('••••');
  expect(hasDigits(maskNumber(''))).toBe(false);
  expect(hasDigits(maskNumber('+44 '))).toBe(false);
  expect(hasDigits(maskNumber('7700-900101'))).toBe(true);
});

test('case 20: masking a number from Graph leaves at most three digits of the national number', () => {
  fc.assert(
    fc.property(
      digits(1, 3),
      digits(4, 14),
      fc.option(digits(1, 6), { nil: undefined }),
      (country, national, extension) => {
        const masked = maskNumber(`+${country} ${national}${extension === undefined ? '' : `x${extension}`}`);
        expect(digitsOf(masked)).toBe(country + national.slice(-3));
      },
    ),
  );
});

test('case 20: masking any other text leaves at most three digits and a separated country code', () => {
  const odd = fc.string({ unit: fc.constantFrom(...'0123456789+ x-().'), maxLength: 40 });
  fc.assert(
    fc.property(fc.oneof(odd, fc.string()), (text) => {
      const country = /^\+\d{1,3}(?= )/.exec(text)?.[0] ?? '';
      const masked = maskNumber(text);
      expect(masked.startsWith(country)).toBe(true);
      expect(digitsOf(masked.slice(country.length)).length).toBeLessThanOrEqual(3);
    }),
  );
});

test.each([
  ['+447700900982', '•••• 982'],
  ['+44 7700 900982', '+44 •••• 982'],
  ['07700 900-982', '•••• 982'],
  ['one@contoso.example', 'one@contoso.example'],
  ['447700900982@contoso.example', '447700900982@contoso.example'],
  ['Agent 007', 'Agent 007'],
  ['007', '007'],
  ['', ''],
])('the user name "%s" is shown as "%s"', (userName, shown) => {
  expect(maskIfNumber(userName)).toBe(shown);
});
