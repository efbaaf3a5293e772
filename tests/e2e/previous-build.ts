// The extension as an earlier commit of this repository builds it, under a lower version.
import { execFile } from 'node:child_process';
import { cp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { BrowserName } from '../../scripts/browsers.ts';

/** The last one before the database got its third version, so that an update has something to carry over. To be moved on with each release. */
const previousCommit = 'ee9065b15234115b574cf2a3ae81b320e34f1dee';

const run = promisify(execFile);

/** @returns for each browser what a driver installs: Chromium's folder and Firefox's packed file */
export async function buildPrevious(folder: string): Promise<Record<BrowserName, string>> {
  const sources = join(folder, 'sources');
  await run('git', ['clone', '--quiet', '--shared', '--no-checkout', '.', sources]);
  await run('git', ['checkout', '--quiet', previousCommit], { cwd: sources }).catch((error: unknown) => {
    throw new Error(
      `The update is tried from commit ${previousCommit}, which a shallow clone does not have: git fetch --unshallow`,
      { cause: error },
    );
  });
  // The tools of today; what is bundled has not changed since.
  await symlink(resolve('node_modules'), join(sources, 'node_modules'));
  const manifest = join(sources, 'package.json');
  const version = '0.0.1';
  await writeFile(manifest, JSON.stringify({ ...JSON.parse(await readFile(manifest, 'utf8')), version }));
  const built = join(folder, 'built');
  await run(process.execPath, ['scripts/build.ts', built], {
    cwd: sources,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  return { chromium: join(built, 'chrome-mv3'), firefox: join(built, `phone-sign-in-${version}-firefox.zip`) };
}

/** In place of what is in it, as an update does. */
export async function replaceFolder(folder: string, by: string): Promise<void> {
  await rm(folder, { recursive: true });
  await cp(by, folder, { recursive: true });
}
