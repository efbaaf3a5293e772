// `npm test`: everything there is, and one line at the end over all of it. A static check counts as one. What could not
// be counted (a runner that crashed, a runner that found no tests) is a failure, and so is a test that needed two tries.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { lintAddOn } from './add-on-linter.ts';
import { browserNames, requireBrowsers, requireLanguages } from './browsers.ts';
import { buildExtension } from './build.ts';
import { type Count, check, run, Steps } from './steps.ts';

requireBrowsers(browserNames);
requireLanguages(['chromium'], ['ar']);
const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-test-'));
let built = false;
const steps = new Steps();
await steps.take('build', async () => {
  await buildExtension(folder);
  built = true;
  return check(true);
});
await steps.take('format and lint (biome)', async () =>
  check((await run('biome', ['ci', '--error-on-warnings', '.'])).status === 0),
);
await steps.take('types (tsc)', async () => check((await run('tsc', ['--noEmit'])).status === 0));
await steps.take('unused code (knip)', async () => check((await run('knip', [])).status === 0));
await steps.take('add-on linter (web-ext)', async () => {
  if (!built) throw new Error('There is no build to lint.');
  return lintAddOn(join(folder, 'firefox-mv3'));
});
await steps.take('unit and conformance (vitest)', runVitest);
await steps.take('end-to-end in both browsers (playwright)', runPlaywright);
await rm(folder, { recursive: true, force: true });
console.log(steps.line);
process.exitCode = steps.succeeded ? 0 : 1;

async function runVitest(): Promise<Count> {
  const report = join(folder, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = await run('vitest', ['run', ...reporters]);
  const Report = v.object({ numPassedTests: v.number(), numFailedTests: v.number() });
  const { numPassedTests, numFailedTests } = v.parse(Report, await readJson(report));
  return counted(numPassedTests, numFailedTests, status);
}

async function runPlaywright(): Promise<Count> {
  const report = join(folder, 'playwright.json');
  const { status } = await run('playwright', ['test', '--config', 'tests/e2e', '--reporter=list,json'], {
    environment: { PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  });
  const Stats = v.object({ expected: v.number(), unexpected: v.number(), flaky: v.number() });
  const { stats } = v.parse(v.object({ stats: Stats }), await readJson(report));
  return counted(stats.expected, stats.unexpected + stats.flaky, status);
}

/** Trusts no count that does not fit the runner's exit status: a file that failed to load has no tests to fail. */
function counted(passed: number, failed: number, status: number): Count {
  if (failed === 0 && (status !== 0 || passed === 0)) {
    console.error(passed === 0 ? 'No test was run.' : `The runner ended with status ${status}.`);
    return { passed, failed: 1 };
  }
  return { passed, failed };
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'));
}
