// `npm run test:long`: the checks that `npm test` has no time for.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { browserNames, requireBrowsers, requireLanguages } from './browsers.ts';
import { commandLine, refuse } from './command-line.ts';
import { localeNames, tagOf } from './locales.ts';
import { playScenarios } from './play-scenarios.ts';
import { proveSenderChecks } from './sender-checks.ts';
import { type Count, check, run, Steps } from './steps.ts';

const sequences = 3_000;
const partNames = ['scenarios', 'senders', 'random', 'look', 'words'] as const;
const usage = `npm run test:long [-- PART …] [-- FILE …] [--browser chromium|firefox]
  scenarios  every end-to-end scenario in both browsers; with files, those files
  senders    builds without one check of a sender each, which a scenario in both browsers must notice
  random     ${sequences} random sequences of user actions, faults, stops and clock jumps
  look       axe-core and clipped text for every state of the interface in every variant
  words      every state in a pseudo-language: texts that are in no message
Results are written to .reports/long-run.md.`;

const { values, positionals } = commandLine(
  usage,
  { browser: { type: 'string', multiple: true, default: [] } },
  { allowPositionals: true },
);
const isPart = (name: string): name is (typeof partNames)[number] => partNames.some((each) => each === name);
const files = positionals.filter((each) => !isPart(each));
for (const name of values.browser) {
  if (!browserNames.some((each) => each === name)) refuse(usage, `Unknown browser: ${name}`);
}
const chosen = new Set(positionals.filter(isPart));
if (files.length > 0 || (values.browser.length > 0 && chosen.size === 0)) chosen.add('scenarios');
const isChosen = (part: (typeof partNames)[number]) => chosen.size === 0 || chosen.has(part);

const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-long-'));
const report: string[] = [`# Long run of ${new Date().toISOString().slice(0, 10)}`];
const steps = new Steps();
const projects = values.browser.flatMap((name) => ['--project', name]);
if (isChosen('scenarios')) await steps.take('scenarios in real browsers', playAll);
if (isChosen('senders')) await proveSenderChecks(steps, projects);
if (isChosen('random')) await steps.take('random sequences', playRandom);
if (isChosen('look')) await steps.take('every state in every variant', () => look([]));
if (isChosen('words')) {
  await steps.take('texts that are in no message', () => look(['--language', 'pseudo', '--variant', 'narrow']));
}
await rm(folder, { recursive: true });
report.push(steps.line);
await mkdir('.reports', { recursive: true });
await writeFile('.reports/long-run.md', `${report.join('\n\n')}\n`);
console.log(`\n${steps.line}`);
process.exitCode = steps.succeeded ? 0 : 1;

async function playAll(): Promise<Count> {
  requireBrowsers(browserNames);
  requireLanguages(browserNames, localeNames.filter((name) => name !== 'en').map(tagOf));
  const played = await playScenarios([...files, ...projects], { TEST_LONG: '1' });
  const groups = Map.groupBy(played, ({ file, browser }) => `| ${file} | ${browser} |`);
  const rows = [...groups].map(([cells, of]) => {
    const passed = of.filter((each) => each.passed).length;
    return `${cells} ${passed} | ${of.length - passed} |`;
  });
  report.push(['| file | browser | passed | failed |', '| --- | --- | ---: | ---: |', ...rows.toSorted()].join('\n'));
  const passed = played.filter((each) => each.passed).length;
  // No scenario at all is a failure.
  return { passed, failed: played.length === 0 ? 1 : played.length - passed };
}

/** Runs one process per core, each with its own seed. */
async function playRandom(): Promise<Count> {
  const Random = v.object({
    seed: v.number(),
    runs: v.number(),
    actions: v.number(),
    /** The shortest sequence that fails, or an empty string. */
    found: v.string(),
  });
  const processes = availableParallelism();
  const results = await Promise.all(
    Array.from({ length: processes }, async (_, index) => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      const file = join(folder, `random-${index}.json`);
      await run('vitest', ['run', 'tests/withstand/random.test.ts'], {
        environment: {
          RANDOM_SEED: String(seed),
          RANDOM_RUNS: String(Math.ceil(sequences / processes)),
          RANDOM_REPORT: file,
        },
      });
      const text = await readFile(file, 'utf8').catch(() => undefined);
      if (!text) throw new Error(`The sequences of seed ${seed} did not finish.`);
      return v.parse(Random, JSON.parse(text));
    }),
  );
  for (const { seed, runs, actions, found } of results) {
    report.push(`Seed ${seed}: ${runs} sequences, ${actions} actions, ${found || 'no failure'}.`);
    if (found) console.error(`Repeat with RANDOM_SEED=${seed} RANDOM_RUNS=${runs}: ${found}`);
  }
  const failed = results.filter(({ found }) => found !== '').length;
  return { passed: results.length - failed, failed };
}

async function look(options: string[]): Promise<Count> {
  return check((await run('node', ['scripts/look.ts', ...options])).status === 0);
}
