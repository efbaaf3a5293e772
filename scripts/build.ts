// `npm run build`: builds the extension for both browsers, as the stores get it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type InlineConfig, zip } from 'wxt';
import type { BrowserName } from './browsers.ts';
import { commandLine } from './command-line.ts';

/** For Chromium the unpacked folder, for Firefox the packed file. */
export interface BuiltExtension extends Record<BrowserName, string> {
  /** The packed file for Chromium browsers. */
  chromiumPackage: string;
}

/**
 * Builds in a separate process, because WXT's spinner writes to standard output.
 * @param project folder with the sources
 */
export async function buildExtension(folder: string, project = '.'): Promise<BuiltExtension> {
  const started = performance.now();
  const child = spawn(process.execPath, [import.meta.filename, '--out', resolve(folder)], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'inherit'],
    // A test runner sets NODE_ENV to `test`, which would select Preact's larger development build.
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
  const { values } = commandLine(
    `npm run build [-- --out FOLDER]
  --out  folder of the built extension; .output by default`,
    { out: { type: 'string', default: '.output' } },
  );
  const silent = () => {};
  const logger = {
    ...{ debug: silent, log: silent, info: silent, success: silent },
    ...{ warn: console.warn, error: console.error, fatal: console.error },
    level: 3,
  };
  const common: InlineConfig = { outDir: resolve(values.out), logger };
  for (const browser of ['chrome', 'firefox']) await zip({ ...common, browser, zip: { zipSources: false } });
}
