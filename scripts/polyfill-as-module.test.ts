import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { asModule } from './polyfill-as-module.ts';

afterEach(() => vi.unstubAllGlobals());

/** @returns the default export of the polyfill in a browser with these globals */
async function exportIn(globals: { chrome: object; browser?: object }): Promise<unknown> {
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  const file = fileURLToPath(import.meta.resolve('webextension-polyfill'));
  // The comment changes the address, so that the module runs again.
  const code = `${asModule(await readFile(file, 'utf8'))}\n// ${Object.keys(globals)}`;
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)).default;
}

test('in a browser with `browser`, the polyfill exports that object itself', async () => {
  const browser = { runtime: { id: 'one' } };
  expect(await exportIn({ chrome: browser, browser })).toBe(browser);
});

test('in a browser with `chrome` only, the polyfill returns promises for callbacks', async () => {
  const get = (_keys: string, back: (found: object) => void) => back({ one: 1 });
  const chrome = { runtime: { id: 'one' }, storage: { local: { get } } };
  const polyfill = (await exportIn({ chrome })) as { storage: { local: { get(key: string): Promise<object> } } };
  expect(await polyfill.storage.local.get('one')).toEqual({ one: 1 });
});
