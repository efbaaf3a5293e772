// `npm test`: every check that must pass before a change is taken. A runner that crashes or finds no tests counts as a
// failure, and so does a test that needs a second attempt.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { lintAddOn } from './add-on-linter.ts';
import { browserNames, requireBrowsers, requireLanguages } from './browsers.ts';
import { buildExtension } from './build.ts';
import { commandLine } from './command-line.ts';
import { lint } from './lint.ts';
import { type Count, check, run, Steps } from './steps.ts';

commandLine(`npm test
Runs static checks, unit and slow tests in Node, and end-to-end tests in both browsers. Takes no options; see
npm run test:unit, test:e2e and test:long for parts of it.`);
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
await steps.take('lint', lint);
await steps.take('add-on linter (web-ext)', async () => {
  if (!built) throw new Error('The build failed, so there is nothing to lint.');
  return lintAddOn(join(folder, 'firefox-mv3'));
});
await steps.take('unit and slow tests (vitest)', runVitest);
await steps.take('end-to-end tests in both browsers (playwright)', runPlaywright);
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

/** Adds a failure when the counts contradict the exit status: a file that fails to load has no tests to count. */
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
