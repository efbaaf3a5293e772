// Every language says all that English says, every error has its words, the seed's words stand as they are, and nothing is said
// that nobody shows.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SUPPORTED_LOCALES } from '@wxt-dev/i18n/build';
import { describe, expect, test } from 'vitest';
import { localeFile, localeNames, pluralStem, readLocale, tagOf } from '../../../scripts/locales.ts';
import { errorKinds } from '../model/errors.ts';

const english = await readLocale('en');

test.each(Object.keys(errorKinds))('%s has its title and its way out', (kind) => {
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
])('the seed says, word for word: %s', (words) => {
  expect([...english.values()]).toContain(words);
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
  const words = await readLocale(name);
  const text = await readFile(localeFile(name), 'utf8');
  const tag = words.get('language') ?? '';

  test('is a language browsers take, and says so itself', () => {
    expect([...SUPPORTED_LOCALES]).toContain(name);
    expect(tag).toBe(tagOf(name));
    // `getTextInfo` is in every browser, but not yet in TypeScript.
    const locale = new Intl.Locale(tag) as Intl.Locale & { getTextInfo(): { direction: string } };
    expect(words.get('direction')).toBe(locale.getTextInfo().direction);
  });

  test('says what English says, in its order, with every form that counts have', () => {
    const rules = new Intl.PluralRules(tag);
    // Some languages have a form of their own for millions, which nothing here comes to.
    const selected = new Set(Array.from({ length: 1_001 }, (_, count) => rules.select(count)));
    const forms = rules.resolvedOptions().pluralCategories.filter((form) => selected.has(form));
    const inOrder = (['zero', 'one', 'two', 'few', 'many', 'other'] as const).filter((form) => forms.includes(form));
    const keys = [...english.keys()].flatMap((key) => {
      const stem = pluralStem(key, english);
      if (stem === undefined) return [key];
      return key.endsWith('.other') ? inOrder.map((form) => `${stem}.${form}`) : [];
    });
    expect([...words.keys()]).toEqual(keys);
  });

  test('has the same names to be filled in', () => {
    for (const [key, message] of words) {
      const stem = pluralStem(key, words);
      const expected = namesIn(english.get(stem ? `${stem}.other` : key) ?? '');
      // "One digit" may be said without the figure.
      const mayLackCount = /\.(zero|one|two)$/.test(key) && !message.includes('{count}');
      expect(namesIn(message), key).toEqual(expected.filter((each) => !(mayLackCount && each === 'count')));
    }
  });

  test('holds text only: nothing empty, no stray space, nothing the browser would fill in itself', () => {
    for (const [key, message] of words) {
      expect(message, key).toMatch(/^\S(.*\S)?$/);
      expect(message, key).not.toMatch(/\$|\s{2}|\.\.\./);
    }
  });

  test('the name of a control, spoken, has what stands on it (WCAG 2.5.3)', () => {
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
    expect(named.filter((control) => !has(words, control))).toEqual([]);
  });

  if (name === 'en') return;
  test('leaves nothing in English, but what its file says is the same', () => {
    const isMeant = (message: string) =>
      [message, `${message}"`].some((ending) => text.includes(`${ending} # as in English`));
    const same = [...words].filter(([key, message]) => english.get(key) === message && key !== 'direction');
    expect(same.filter(([, message]) => !isMeant(message))).toEqual([]);
  });
});
