// `npm run test:e2e -- --browser firefox --grep restart`: the end-to-end tests; all but --browser is Playwright's own.
// With `--long` what takes more than `npm test` has time for, too.
import { spawnSync } from 'node:child_process';
import { browserNames, requireBrowsers } from './browsers.ts';

const args = process.argv.slice(2);
const given = args.filter((each) => each !== '--long').map((each) => each.replace(/^--browser(?==|$)/, '--project'));
const named = browserNames.filter((name) => given.some((each) => each === name || each === `--project=${name}`));
requireBrowsers(named.length > 0 ? named : browserNames);
const { status } = spawnSync('playwright', ['test', '--config', 'tests/e2e', ...given], {
  stdio: 'inherit',
  env: { ...process.env, ...(args.includes('--long') ? { TEST_LONG: '1' } : {}) },
});
process.exitCode = status ?? 1;
