// Every error has its words, the seed's words stand as they are, and nothing is said that nobody shows.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseMessagesFile } from '@wxt-dev/i18n/build';
import { expect, test } from 'vitest';
import { errorKinds } from '../identity/errors.ts';

const english = new Map(
  (await parseMessagesFile(join(import.meta.dirname, 'locales/en.yml'))).map((message) => [
    message.key.join('.'),
    'message' in message ? message.message : '',
  ]),
);

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
  const root = join(import.meta.dirname, '../..');
  const files = await Promise.all(
    ['components', 'entrypoints', 'lib'].map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((file) => join(root, folder, file)),
    ),
  );
  const sources = files.flat().filter((file) => /(?<!\.test)\.tsx?$/.test(file));
  const code = (
    await Promise.all([...sources, join(root, 'wxt.config.ts')].map((file) => readFile(file, 'utf8')))
  ).join('\n');
  const literal = new Set([...code.matchAll(/\bt\(\s*'([\w.]+)'/g)].map(([, key]) => key));
  const manifest = new Set([...code.matchAll(/__MSG_(\w+?)__/g)].map(([, key]) => key));
  const patterns = [...code.matchAll(/\bt\(`([^`]+)`/g)].map(
    ([, key = '']) => new RegExp(`^${key.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '\\w+')}$`),
  );
  const unused = [...english.keys()].filter(
    (key) =>
      // The browser's own.
      !key.startsWith('@@') &&
      !literal.has(key) &&
      !manifest.has(key.replaceAll('.', '_')) &&
      !patterns.some((pattern) => pattern.test(key)),
  );
  expect(unused).toEqual([]);
});
