import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { asModule } from './polyfill-as-module.ts';

afterEach(() => vi.unstubAllGlobals());

/** What it exports where a browser has these. */
async function exportIn(globals: { chrome: object; browser?: object }): Promise<unknown> {
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  const file = fileURLToPath(import.meta.resolve('webextension-polyfill'));
  // A module is run once for each address: the comment makes it another one.
  const code = `${asModule(await readFile(file, 'utf8'))}\n// ${Object.keys(globals)}`;
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)).default;
}

test('where the browser has `browser`, it is that and no copy', async () => {
  const browser = { runtime: { id: 'one' } };
  expect(await exportIn({ chrome: browser, browser })).toBe(browser);
});

test('elsewhere it makes promises of calls back', async () => {
  const get = (_keys: string, back: (found: object) => void) => back({ one: 1 });
  const chrome = { runtime: { id: 'one' }, storage: { local: { get } } };
  const polyfill = (await exportIn({ chrome })) as { storage: { local: { get(key: string): Promise<object> } } };
  expect(await polyfill.storage.local.get('one')).toEqual({ one: 1 });
});
