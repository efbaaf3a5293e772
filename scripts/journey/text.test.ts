import { expect, test } from 'vitest';
import { readLocale } from '../locales.ts';
import { counted, pattern, text, wholePattern } from './text.ts';

test('a message is filled in with all of its values', () => {
  expect(text('remove.action_for', { number: '+44 •••• 982' })).toContain('+44 •••• 982');
  expect(text('remove.action_for', { number: '+44 •••• 982' })).not.toContain('{');
});

test('a counted message has the plural form of its count', () => {
  expect(counted('code.attempts_left', 1)).not.toBe(counted('code.attempts_left', 2).replace('2', '1'));
});

test('any text may stand for a value that a pattern does not give', () => {
  const [one, other] = ['+44 •••• 982', '+44 •••• 417'].map((number) => text('phones.more', { number })) as [
    string,
    string,
  ];
  expect(one).toMatch(pattern('phones.more'));
  expect(one).toMatch(pattern('phones.more', { number: '*982' }));
  expect(other).not.toMatch(pattern('phones.more', { number: '*982' }));
});

test('a message is found in another language, also if its value stands between isolating marks', async () => {
  const number = '+44 •••• 982';
  const german = wholePattern(await readLocale('de'), 'activity.more_named', { what: `* ${number}` });
  expect(`Mehr: SMS-Anmeldung einschalten ${number}, 10:42`).toMatch(german);
  const arabic = wholePattern(await readLocale('ar'), 'remove.action_for', { number });
  expect(`إزالة \u2068${number}\u2069`).toMatch(arabic);
});

test('an unknown key is an error', () => {
  expect(() => wholePattern(new Map(), 'action.back', {})).toThrow('no message action.back');
});
