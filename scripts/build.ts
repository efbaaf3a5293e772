// Builds the extension for both browsers: `npm run build` into .output, tests and the walk-through into a folder of
// their own, so that a build beside them does not change what runs. It is the production build, as the stores get it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type InlineConfig, zip } from 'wxt';
import type { BrowserName } from './browsers.ts';

/** What LaunchOptions.extension of the end-to-end driver takes: Chromium's folder and Firefox's packed file. */
export interface BuiltExtension extends Record<BrowserName, string> {
  /** The packed file for Chromium browsers. */
  chromiumPackage: string;
}

/** In a process of its own: WXT's spinner writes to whatever standard output there is. */
export async function buildExtension(folder: string): Promise<BuiltExtension> {
  const started = performance.now();
  const child = spawn(process.execPath, [import.meta.filename, folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
    // A test runner says `test`, and would get what developers get: a third more in the popup than what the stores get.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error('The extension could not be built; the reason is above.');
  console.log(`Built the extension for both browsers in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  const names = await readdir(folder);
  const packed = (browser: string) => {
    const name = names.find((each) => each.endsWith(`-${browser}.zip`));
    if (!name) throw new Error(`WXT packed nothing for ${browser}.`);
    return join(folder, name);
  };
  return { chromium: join(folder, 'chrome-mv3'), firefox: packed('firefox'), chromiumPackage: packed('chrome') };
}

if (import.meta.main) {
  const silent = () => {};
  const logger = {
    ...{ debug: silent, log: silent, info: silent, success: silent },
    ...{ warn: console.warn, error: console.error, fatal: console.error },
    level: 3,
  };
  const common: InlineConfig = { outDir: resolve(process.argv[2] ?? '.output'), logger };
  for (const browser of ['chrome', 'firefox']) await zip({ ...common, browser, zip: { zipSources: false } });
}
