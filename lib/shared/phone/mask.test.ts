import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskNumber } from './mask.ts';

const digits = (minLength: number, maxLength: number) =>
  fc.stringMatching(new RegExp(`^[0-9]{${minLength},${maxLength}}$`));
const digitsOf = (text: string) => text.replace(/\D/g, '');

test('a masked number has the country code and the last three digits', () => {
  expect(maskNumber('+44 7700900982')).toBe('+44 •••• 982');
  expect(maskNumber('+1 2065550109x42')).toBe('+1 •••• 109');
  expect(maskNumber('+447700900982')).toBe('•••• 982');
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
