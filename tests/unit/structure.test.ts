// The architecture, docs/architecture.md, as the imports have it.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const sources = new Map(
  globSync('{components,entrypoints,lib,services}/**/*.{ts,tsx}')
    .filter((file) => !/\.test\.|\/testing\//.test(file))
    .map((file) => [file, readFileSync(file, 'utf8')]),
);

/** What a file imports: its own by their path, packages by their name. `type`: only what is gone once it is built. */
const importsOf = (file: string, text: string) =>
  [...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?\bfrom '([^']+)'/gm)].map(([, type, name = '']) => ({
    path: name.startsWith('.') ? join(dirname(file), name) : name,
    isType: type !== undefined,
  }));

/** The files that import what is asked for, types aside unless `types` are meant, too. */
const importersOf = (isMeant: (path: string) => boolean, { types = false } = {}) =>
  [...sources]
    .filter(([file, text]) => importsOf(file, text).some(({ path, isType }) => (types || !isType) && isMeant(path)))
    .map(([file]) => file);

const under = (folder: string) => (path: string) => path.startsWith(`${folder}/`);

test('entry points are thin', () => {
  const entries = [...sources].filter(([file]) => under('entrypoints')(file));
  expect(entries.length).toBeGreaterThanOrEqual(4);
  for (const [file, text] of entries) expect(text.trimEnd().split('\n').length, file).toBeLessThanOrEqual(50);
});

test('imports go inwards: nothing below knows what people see, and nothing shipped knows the sandbox', () => {
  const outside = (folder: string) =>
    importersOf(under(folder), { types: true }).filter((file) => !under(folder)(file));
  expect(outside('components').filter((file) => !under('entrypoints')(file))).toEqual([]);
  expect(outside('entrypoints')).toEqual([]);
  expect(outside('services/sandbox')).toEqual([]);
  expect(outside('services/gateway').filter((file) => !under('services/sandbox')(file))).toEqual([]);
});

test("the browser's API comes in at one place", () => {
  expect(importersOf((path) => ['wxt/browser', 'webextension-polyfill'].includes(path))).toEqual([
    'lib/shared/browser.ts',
  ]);
});

test('pages neither ask the network nor write to the database', () => {
  const ofPages = (path: string) => under('components')(path);
  for (const forbidden of [
    'lib/background/network.ts',
    'lib/background/db/database.ts',
    'lib/background/start.ts',
    'dexie',
  ]) {
    expect(importersOf((path) => path === forbidden).filter(ofPages), forbidden).toEqual([]);
  }
  expect([...sources].filter(([file, text]) => ofPages(file) && /\bfetch\(/.test(text)).map(([file]) => file)).toEqual(
    [],
  );
});
