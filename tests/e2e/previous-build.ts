// Builds the extension from an earlier commit of this repository, under a lower version.
import { execFile } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BrowserName } from '../../scripts/browsers.ts';

/** Version 0.1.0. To be moved on with each release. */
const previousCommit = 'b9d0dc421cb6282afb6dd3416d86dc347a4fca1b';

const run = promisify(execFile);

/** @returns for Chromium the unpacked folder, for Firefox the packed file */
export async function buildPrevious(folder: string): Promise<Record<BrowserName, string>> {
  const sources = join(folder, 'sources');
  await run('git', ['clone', '--quiet', '--shared', '--no-checkout', '.', sources]);
  await run('git', ['checkout', '--quiet', previousCommit], { cwd: sources }).catch((error: unknown) => {
    throw new Error(
      `The update starts from commit ${previousCommit}, which a shallow clone does not have: git fetch --unshallow`,
      { cause: error },
    );
  });
  await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: sources });
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

/** Replaces the files of an unpacked extension, as an update does. */
export async function replaceFolder(folder: string, by: string): Promise<void> {
  await rm(folder, { recursive: true });
  await cp(by, folder, { recursive: true });
}
