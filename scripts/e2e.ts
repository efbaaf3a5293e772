// `npm run test:e2e`: end-to-end tests in real browsers.
import { spawnSync } from 'node:child_process';
import { browserNames, requireBrowsers } from './browsers.ts';
import { commandLine, refuse } from './command-line.ts';

const usage = `npm run test:e2e [-- FILE …] [--browser chromium|firefox] [--grep TEXT] [--long] [--repeat-each N] [--workers N]
  FILE           files of tests/e2e, or parts of their names
  --browser      one browser only
  --grep         tests whose titles match
  --long         also tests that \`npm test\` leaves out
  --repeat-each  runs each test N times
  --workers      browsers at the same time`;
const { values, positionals } = commandLine(
  usage,
  {
    browser: { type: 'string', multiple: true, default: [] },
    grep: { type: 'string', short: 'g' },
    long: { type: 'boolean', default: false },
    'repeat-each': { type: 'string' },
    workers: { type: 'string' },
  },
  { allowPositionals: true },
);
const unknown = values.browser.find((each) => !browserNames.some((name) => name === each));
if (unknown) refuse(usage, `Unknown browser: ${unknown}`);
requireBrowsers(browserNames.filter((name) => values.browser.length === 0 || values.browser.includes(name)));
const { status } = spawnSync(
  'playwright',
  [
    ...['test', '--config', 'tests/e2e', ...positionals],
    ...values.browser.flatMap((name) => ['--project', name]),
    ...(['grep', 'repeat-each', 'workers'] as const).flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [`--${name}`, value];
    }),
  ],
  { stdio: 'inherit', env: { ...process.env, ...(values.long ? { TEST_LONG: '1' } : {}) } },
);
process.exitCode = status ?? 1;
