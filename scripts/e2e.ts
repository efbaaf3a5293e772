// `npm run test:e2e -- --browser firefox --grep restart`: the end-to-end tests; all but --browser is Playwright's own.
import { spawnSync } from 'node:child_process';
import { browserNames, requireBrowsers } from './browsers.ts';

const given = process.argv.slice(2).map((each) => each.replace(/^--browser(?==|$)/, '--project'));
const named = browserNames.filter((name) => given.some((each) => each === name || each === `--project=${name}`));
requireBrowsers(named.length > 0 ? named : browserNames);
const { status } = spawnSync('playwright', ['test', '--config', 'tests/e2e', ...given], { stdio: 'inherit' });
process.exitCode = status ?? 1;
