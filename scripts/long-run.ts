// `npm run test:long`: every scenario in both browsers, thousands of random sequences, every state in all its variants, and in a
// language that nobody speaks; its last results are docs/long-run.md.
// With files (`npm run test:long -- tests/e2e/faults.e2e.ts --browser chromium`, `-- random`, `-- look`, `-- words`) it runs those, and the
// rest of the page stays as it was.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { type BrowserName, browserNames, requireBrowsers, requireLanguages } from './browsers.ts';
import { localeNames, tagOf } from './locales.ts';
import { playScenarios } from './play-scenarios.ts';
import { run } from './steps.ts';

const page = 'docs/long-run.md';
const runs = 3_000;
const none = '–';

const Random = v.object({
  seed: v.number(),
  runs: v.number(),
  actions: v.number(),
  seconds: v.number(),
  /** The shortest sequence that fails, or nothing. */
  found: v.string(),
});

const Looked = v.object({ states: v.number(), variants: v.array(v.string()), problems: v.array(v.string()) });

type Cells = Record<BrowserName, string>;

const args = process.argv.slice(2);
const isRandom = args.length === 0 || args.includes('random');
const isLook = args.length === 0 || args.includes('look');
const isWords = args.length === 0 || args.includes('words');
const parts = ['random', 'look', 'words'];
const isScenarios = args.length === 0 || args.some((each) => !parts.includes(each));
const today = new Date().toISOString().slice(0, 10);
const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-long-'));
let isGood = true;
const played = isScenarios ? await countScenarios() : [];
const looked = isLook ? await look() : undefined;
const random = isRandom ? await playRandom() : undefined;
const words = isWords ? await lookForWords() : undefined;
// Read late: what else was run meanwhile has its place there.
const before = await readFile(page, 'utf8').catch(() => '');
await writeFile(page, written());
await rm(folder, { recursive: true });
process.exitCode = isGood ? 0 : 1;

interface Played {
  file: string;
  browser: BrowserName;
  passed: number;
  failed: number;
}

async function countScenarios(): Promise<Played[]> {
  requireBrowsers(browserNames);
  requireLanguages(browserNames, localeNames.filter((name) => name !== 'en').map(tagOf));
  const given = args
    .filter((each) => !parts.includes(each))
    .map((each) => each.replace(/^--browser(?==|$)/, '--project'));
  const counts = new Map<string, Played>();
  for (const { file, browser, passed } of await playScenarios(given, { TEST_LONG: '1' })) {
    const count = counts.get(`${file} ${browser}`) ?? { file, browser, passed: 0, failed: 0 };
    count[passed ? 'passed' : 'failed'] += 1;
    counts.set(`${file} ${browser}`, count);
    isGood &&= passed;
  }
  if (counts.size === 0) throw new Error('No scenario was run.');
  return [...counts.values()];
}

/** A process for each core, each with a seed of its own. */
async function playRandom(): Promise<string> {
  const processes = availableParallelism();
  const results = await Promise.all(
    Array.from({ length: processes }, async (_, index) => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      const report = join(folder, `random-${index}.json`);
      await run('vitest', ['run', 'tests/withstand/random.test.ts', '-t', 'whatever happens'], {
        environment: {
          RANDOM_SEED: String(seed),
          RANDOM_RUNS: String(Math.ceil(runs / processes)),
          RANDOM_REPORT: report,
        },
      });
      const answer = await readFile(report, 'utf8').catch(() => undefined);
      if (!answer) throw new Error(`The sequences of seed ${seed} came to no end.`);
      return v.parse(Random, JSON.parse(answer));
    }),
  );
  isGood &&= results.every(({ found }) => found === '');
  const rows = results.map(({ seed, runs: sequences, actions, seconds, found }) => {
    const cells = [seed, sequences, actions, `${seconds} s`, found ? `**\`${found}\`**` : 'nothing', today];
    return `| ${cells.join(' | ')} |`;
  });
  return `Sequences of what people do, what happens at the service, faults, stops, restarts and clock jumps, judged by a simple model:
[random.test.ts](../tests/withstand/random.test.ts), where what was found earlier stays as a case of its own. A seed plays its sequences
again: \`RANDOM_SEED=… RANDOM_RUNS=${Math.ceil(runs / processes)} npx vitest run tests/withstand/random.test.ts\`.

| Seed | Sequences | Actions | Time | Found | When |
| ---: | ---: | ---: | ---: | --- | --- |
${rows.join('\n')}
`;
}

/** With axe, and for what is cut, in every variant. */
async function look(): Promise<string> {
  const report = join(folder, 'look.json');
  await run('node', ['scripts/look.ts', '--report', report]);
  const { states, variants, problems } = v.parse(Looked, JSON.parse(await readFile(report, 'utf8')));
  isGood &&= problems.length === 0;
  const found = problems.map((problem) => `\n- **${problem}**`).join('');
  return `${states} states, each in these variants: ${variants.join(', ')}. axe-core and a look for what is cut found ${problems.length} problems (${today}).${found}
`;
}

async function lookForWords(): Promise<string> {
  const { status } = await run('node', ['scripts/look.ts', '--language', 'pseudo', '--variant', 'narrow']);
  isGood &&= status === 0;
  const found = status === 0 ? 'nothing found' : '**something found**';
  return `Every state at a width of 320 px, in English made longer by two fifths: words that are in no message, text that is wider than
its place: ${found} (${today}).
`;
}

function partBefore(title: string): string {
  return before.split(`## ${title}\n\n`)[1]?.split('\n## ')[0] ?? 'Not run yet.\n';
}

function readScenarios(): Map<string, Cells> {
  const rows = before.split('\n').filter((line) => line.startsWith('| `'));
  return new Map(
    rows.map((row) => {
      const [file = '', chromium = none, firefox = none] = row.slice(2, -2).split(' | ');
      return [file.replaceAll('`', ''), { chromium, firefox }];
    }),
  );
}

function written(): string {
  const scenarios = readScenarios();
  for (const { file, browser, passed, failed } of played) {
    const row = scenarios.get(file) ?? { chromium: none, firefox: none };
    row[browser] = `${passed} passed${failed > 0 ? `, **${failed} failed**` : ''} (${today})`;
    scenarios.set(file, row);
  }
  const rows = [...scenarios]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([file, { chromium, firefox }]) => `| \`${file}\` | ${chromium} | ${firefox} |`);
  return `# The last results of the long run

Written by \`npm run test:long\`: what takes longer than \`npm test\` has time for.

## Scenarios, in real browsers

| File in tests/e2e | Chromium | Firefox |
| --- | --- | --- |
${rows.join('\n')}

## Every state of every surface

${looked ?? partBefore('Every state of every surface')}
## Random sequences

${random ?? partBefore('Random sequences')}
## Words

${words ?? partBefore('Words')}`;
}
