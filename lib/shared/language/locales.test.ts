import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SUPPORTED_LOCALES } from '@wxt-dev/i18n/build';
import { describe, expect, test } from 'vitest';
import { localeFile, localeNames, pluralStem, readLocale, tagOf } from '../../../scripts/locales.ts';
import { errorKinds } from '../model/errors.ts';

const english = await readLocale('en');

test.each(Object.keys(errorKinds))('the error %s has a title and a help text', (kind) => {
  const key = `error.${kind.replaceAll('-', '_')}`;
  expect(english.get(`${key}.title`)).toMatch(/\w.*\.$/);
  expect(english.get(`${key}.help`)).toMatch(/\w.*\.$/);
});

test.each([
  'Add method',
  'Phone',
  'Text me a code',
  'Next',
  'SMS verified. Your phone was registered successfully.',
  'Enable',
  "You can't remove a phone number that is in use as the default sign-in method.",
  "Registering a device gives your phone access to your organization's services and doesn't allow your organization access to your phone.",
])('English contains the text of the specification: %s', (specified) => {
  expect([...english.values()]).toContain(specified);
});

test('every message is used', async () => {
  const root = join(import.meta.dirname, '../../..');
  const files = await Promise.all(
    ['components', 'entrypoints', 'lib'].map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((file) => join(root, folder, file)),
    ),
  );
  const sources = files.flat().filter((file) => /(?<!\.test)\.tsx?$/.test(file));
  const code = (
    await Promise.all([...sources, join(root, 'wxt.config.ts')].map((file) => readFile(file, 'utf8')))
  ).join('\n');
  const literal = new Set([...code.matchAll(/\b(?:t|counted)\(\s*'([\w.]+)'/g)].map(([, key]) => key));
  const manifest = new Set([...code.matchAll(/__MSG_(\w+?)__/g)].map(([, key]) => key));
  const patterns = [...code.matchAll(/\bt\(`([^`]+)`/g)].map(
    ([, key = '']) => new RegExp(`^${key.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '\\w+')}$`),
  );
  const unused = [...english.keys()].filter(
    (key) =>
      !literal.has(pluralStem(key, english) ?? key) &&
      !manifest.has(key.replaceAll('.', '_')) &&
      !patterns.some((pattern) => pattern.test(key)),
  );
  expect(unused).toEqual([]);
});

const namesIn = (message: string) => [...message.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe.each(localeNames)('%s', async (name) => {
  const messages = await readLocale(name);
  const text = await readFile(localeFile(name), 'utf8');
  const tag = messages.get('language') ?? '';

  test('is a locale that browsers support and names its language', () => {
    expect([...SUPPORTED_LOCALES]).toContain(name);
    expect(tag).toBe(tagOf(name));
    // `getTextInfo` is in every browser, but not yet in TypeScript.
    const locale = new Intl.Locale(tag) as Intl.Locale & { getTextInfo(): { direction: string } };
    expect(messages.get('direction')).toBe(locale.getTextInfo().direction);
  });

  test('has the keys of English in the same order and every plural form', () => {
    const rules = new Intl.PluralRules(tag);
    // Excludes plural forms for millions.
    const selected = new Set(Array.from({ length: 1_001 }, (_, count) => rules.select(count)));
    const forms = rules.resolvedOptions().pluralCategories.filter((form) => selected.has(form));
    const inOrder = (['zero', 'one', 'two', 'few', 'many', 'other'] as const).filter((form) => forms.includes(form));
    const keys = [...english.keys()].flatMap((key) => {
      const stem = pluralStem(key, english);
      if (stem === undefined) return [key];
      return key.endsWith('.other') ? inOrder.map((form) => `${stem}.${form}`) : [];
    });
    expect([...messages.keys()]).toEqual(keys);
  });

  test('has the same placeholders', () => {
    for (const [key, message] of messages) {
      const stem = pluralStem(key, messages);
      const expected = namesIn(english.get(stem ? `${stem}.other` : key) ?? '');
      // Plural forms for zero, one and two may omit the number.
      const mayLackCount = /\.(zero|one|two)$/.test(key) && !message.includes('{count}');
      expect(namesIn(message), key).toEqual(expected.filter((each) => !(mayLackCount && each === 'count')));
    }
  });

  test('has no empty message, stray space or placeholder of the browser', () => {
    for (const [key, message] of messages) {
      expect(message, key).toMatch(/^\S(.*\S)?$/);
      expect(message, key).not.toMatch(/\$|\s{2}|\.\.\./);
    }
  });

  test('has accessible names that contain the visible label (WCAG 2.5.3)', () => {
    const has = (all: ReadonlyMap<string, string>, [name, shown]: readonly [string, string]) =>
      all
        .get(name)
        ?.toLowerCase()
        .includes(all.get(shown)?.toLowerCase() ?? '');
    const controls = [...english.keys()].flatMap((name) => {
      const stem = name.replace(/_(for|named)$/, '');
      return [stem, `${stem}_long`].filter((shown) => shown !== name).map((shown) => [name, shown] as const);
    });
    const named = controls.filter((control) => english.has(control[1]) && has(english, control));
    expect(named.filter((control) => !has(messages, control))).toEqual([]);
  });

  if (name === 'en') return;
  test('has no English text without the comment "as in English"', () => {
    const isMeant = (message: string) =>
      [message, `${message}"`].some((ending) => text.includes(`${ending} # as in English`));
    const same = [...messages].filter(([key, message]) => english.get(key) === message && key !== 'direction');
    expect(same.filter(([, message]) => !isMeant(message))).toEqual([]);
  });
});
