import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countries, readNumber } from './parse.ts';

describe('any familiar format is the same number', () => {
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
  ])('%j typed in %s', (typed, country) => {
    expect(readNumber(typed, country)).toMatchObject({
      e164: '+447700900982',
      international: '+44 7700 900982',
      country: 'GB',
    });
  });
});

test('a typed + or 00 wins over the chosen country, also before the number is complete', () => {
  expect(readNumber('+1 202 555 0142', 'GB')).toMatchObject({ e164: '+12025550142', country: 'US', saysCountry: true });
  expect(readNumber('0049 30', 'GB')).toEqual({ country: 'DE', saysCountry: true });
  expect(readNumber('202 555 0142', 'US')).toMatchObject({ country: 'US', saysCountry: false });
});

test('of countries that share a code the chosen one is kept', () => {
  expect(readNumber('+44 7700 900982', 'JE')).toMatchObject({ country: 'JE' });
});

test.each(['', '+', '+44', '0', '07700', '555-0142', 'call 07700 900982', '+1 555 0142', '+999 123456789', 'abc'])(
  '%j is not complete',
  (typed) => {
    expect(readNumber(typed, 'US').e164).toBeUndefined();
  },
);

test('whatever is typed is taken, and a complete number reads the same when it is read again', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...'+0123456789٣３() -./x') }),
  );
  fc.assert(
    fc.property(text, fc.constantFrom('GB', 'US', 'DE', 'XX'), (typed, country) => {
      const { e164, international } = readNumber(typed, country);
      expect(e164 === undefined).toBe(international === undefined);
      if (e164 === undefined || international === undefined) return;
      expect(e164).toMatch(/^\+\d+$/);
      expect(readNumber(international, country)).toMatchObject({ e164, international, saysCountry: true });
    }),
  );
});

test('every country is offered once, in the order of its name', () => {
  const all = countries('en');
  expect(all.length).toBeGreaterThan(240);
  expect(new Set(all.map(({ code }) => code)).size).toBe(all.length);
  expect(all).toContainEqual({ code: 'GB', name: 'United Kingdom', callingCode: '+44' });
  expect(countries('de').map(({ name }) => name)).toContain('Vereinigtes Königreich');
});

test('the metadata is loaded by the step that needs it: no page and no background begins with it', async () => {
  const root = join(import.meta.dirname, '../../..');
  const importers: string[] = [];
  for (const folder of ['components', 'entrypoints', 'lib']) {
    for (const file of await readdir(join(root, folder), { recursive: true })) {
      if (!/(?<!\.test)\.tsx?$/.test(file)) continue;
      const code = await readFile(join(root, folder, file), 'utf8');
      const imports = code.match(
        /^(?:import|export)\s(?!type\b)[^;]*?from '[^']*(?:libphonenumber-js|phone\/parse)[^']*'/gm,
      );
      if (imports) importers.push(join(folder, file));
    }
  }
  expect(importers).toEqual(['lib/shared/phone/parse.ts']);
});
