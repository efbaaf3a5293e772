// `npm test`: everything there is, and one line at the end over all of it. A static check counts as one. What could not
// be counted (a runner that crashed, a runner that found no tests) is a failure, and so is a test that needed two tries.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { browserNames, requireBrowsers } from './browsers.ts';
import { buildExtension } from './build.ts';

interface Count {
  passed: number;
  failed: number;
}

// Preact itself assigns innerHTML, for a property that we do not use.
const allowedByLinter = ['UNSAFE_VAR_ASSIGNMENT'];

requireBrowsers(browserNames);
const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-test-'));
let built = false;
const total: Count = { passed: 0, failed: 0 };
await step('build', async () => {
  await buildExtension(folder);
  built = true;
  return check(true);
});
await step('format and lint (biome)', async () =>
  check((await run('biome', ['ci', '--error-on-warnings', '.'])).status === 0),
);
await step('types (tsc)', async () => check((await run('tsc', ['--noEmit'])).status === 0));
await step('unused code (knip)', async () => check((await run('knip', [])).status === 0));
await step('add-on linter (web-ext)', lintAddOn);
await step('unit and conformance (vitest)', runVitest);
await step('end-to-end in both browsers (playwright)', runPlaywright);
await rm(folder, { recursive: true, force: true });
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

async function step(name: string, take: () => Promise<Count>): Promise<void> {
  console.log(`\n── ${name}`);
  const started = performance.now();
  const count = await take().catch((error: unknown) => {
    console.error(error);
    return check(false);
  });
  total.passed += count.passed;
  total.failed += count.failed;
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`── ${name}: ${count.passed} passed, ${count.failed} failed, ${seconds} s`);
}

async function lintAddOn(): Promise<Count> {
  if (!built) throw new Error('There is no build to lint.');
  const source = join(folder, 'firefox-mv3');
  const { output } = await run('web-ext', ['lint', '--source-dir', source, '--output', 'json', '--no-input'], {
    quiet: true,
  });
  const Finding = v.object({ code: v.string(), message: v.string(), file: v.optional(v.string()) });
  const Report = v.object({ errors: v.array(Finding), warnings: v.array(Finding), notices: v.array(Finding) });
  const report = v.parse(Report, JSON.parse(output));
  const findings = [...report.errors, ...report.warnings, ...report.notices];
  const unexpected = findings.filter(({ code }) => !allowedByLinter.includes(code));
  for (const { code, message, file } of unexpected) console.error(`${file ?? 'manifest.json'}: ${code}: ${message}`);
  return check(unexpected.length === 0);
}

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

function check(ok: boolean): Count {
  return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function run(
  command: string,
  commandArguments: string[],
  options: { quiet?: boolean; environment?: Record<string, string> } = {},
): Promise<{ status: number; output: string }> {
  const child = spawn(command, commandArguments, {
    stdio: ['ignore', options.quiet ? 'pipe' : 'inherit', 'inherit'],
    env: { ...process.env, ...options.environment },
  });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [status] = await once(child, 'close');
  return { status: status ?? 1, output };
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'));
}
