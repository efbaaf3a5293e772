import { expect, test } from 'vitest';
import { readLocale } from '../locales.ts';
import { namesIn } from './name-in-language.ts';

const english = await readLocale('en');

test('a button by its English name, in another language', async () => {
  const nameOf = namesIn(await readLocale('de'), english);
  expect('Mehr zu +44 •••• 982').toMatch(nameOf('More about +44 •••• 982'));
  expect('Mehr zu +44 •••• 417').not.toMatch(nameOf('More about +44 •••• 982'));
  expect('Mehr: SMS-Anmeldung einschalten +44 •••• 982, 10:42').toMatch(nameOf('More: * +44 •••• 982, *'));
});

test('what is filled in may stand between isolating marks', async () => {
  const nameOf = namesIn(await readLocale('ar'), english);
  expect('إزالة \u2068+44 •••• 982\u2069').toMatch(nameOf('Remove +44 •••• 982'));
});

test('what no message says is no name', () => {
  expect(() => namesIn(english, english)('Nothing of ours')).toThrow('No message says');
});
