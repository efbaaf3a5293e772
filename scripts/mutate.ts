// `npm run mutate -- TARGET…`: changes code, one change at a time, and reports the changes that no test notices.
// https://stryker-mutator.io
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { commandLine, refuse } from './command-line.ts';

const usage = `npm run mutate -- TARGET… [--fresh]
  TARGET   folder or file whose code is changed, such as lib/shared/phone, or lines of a file: lib/shared/phone/mask.ts:1-9
  --fresh  ignores the results of earlier runs
The report is written to .reports/mutation.`;
const { values, positionals } = commandLine(
  usage,
  { fresh: { type: 'boolean', default: false } },
  { allowPositionals: true },
);
if (positionals.length === 0) refuse(usage, 'Name a folder or a file.');
const targets = positionals.map((target) => {
  const path = target.replace(/:[0-9]+-[0-9]+$/, '');
  if (!existsSync(path)) refuse(usage, `${path} does not exist.`);
  return /[.]tsx?$/.test(path) ? target : join(target, '**/*.{ts,tsx}');
});

process.env.MUTATION_TESTING = '1';
const reports = '.reports/mutation';
const stryker = new Stryker({
  mutate: [...targets, '!**/*.test.{ts,tsx}', '!**/testing/**', '!**/*.d.ts'],
  // TypeScript 7 has no compiler API, and the sandbox mirrors the paths of the project, so no tsconfig is rewritten.
  tsconfigFile: 'none',
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.config.ts', related: true },
  // A changed text is a changed interface, not a defect that a unit test looks for.
  mutator: { excludedMutations: ['StringLiteral'] },
  incremental: !values.fresh,
  incrementalFile: join(reports, 'incremental.json'),
  reporters: ['clear-text', ...(process.stdout.isTTY ? ['progress'] : []), 'html'],
  htmlReporter: { fileName: join(reports, 'index.html') },
  clearTextReporter: { allowColor: process.stdout.isTTY, reportTests: false },
  tempDirName: '.reports/stryker',
  ignorePatterns: ['.reports', '.output', '.screenshots', 'test-results', 'docs'],
  concurrency: availableParallelism(),
  timeoutMS: 30_000,
});
const results = await stryker.runMutationTest();
const survived = results.filter(({ status }) => status === 'Survived' || status === 'NoCoverage').length;
console.log(`${results.length} changes, ${survived} not noticed; see ${reports}/index.html`);
