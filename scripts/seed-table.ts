// `npm run seed-table`: plays the scenario of every sentence of the specification in both browsers.
import { copyFile, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { browserNames, requireBrowsers } from './browsers.ts';
import { commandLine } from './command-line.ts';
import { playScenarios } from './play-scenarios.ts';

const { values } = commandLine(
  `npm run seed-table [-- --pictures]
  --pictures  also replaces the pictures in docs/seed
Results are written to .reports/seed.md.`,
  { pictures: { type: 'boolean', default: false } },
);
/** Keeps the repository small. */
const maximumBytes = 60_000;

requireBrowsers(browserNames);
const played = await playScenarios(['tests/e2e/seed/seed.e2e.ts']);
const sentences = Map.groupBy(played, ({ titles }) => titles.at(-1) ?? '');
const outcomeOf = (of: typeof played, browser: string) =>
  of.some((each) => each.browser === browser && each.passed) ? 'passed' : 'failed';
const rows = [...sentences].map(
  ([text, of]) => `| ${text} | ${browserNames.map((browser) => outcomeOf(of, browser)).join(' | ')} |`,
);
await mkdir('.reports', { recursive: true });
await writeFile(
  '.reports/seed.md',
  `| Sentence | ${browserNames.join(' | ')} |\n| --- | --- | --- |\n${rows.join('\n')}\n`,
);
if (values.pictures) await replacePictures();
const failed = [...sentences].filter(([, of]) => browserNames.some((browser) => outcomeOf(of, browser) === 'failed'));
for (const [text] of failed) console.error(`Failed: ${text}`);
console.log(`${sentences.size - failed.length} of ${sentences.size} sentences passed; see .reports/seed.md`);
process.exitCode = sentences.size > 0 && failed.length === 0 ? 0 : 1;

async function replacePictures(): Promise<void> {
  for (const name of await readdir('docs/seed')) {
    const picture = `test-results/seed/chromium/${name}`;
    const { size } = await stat(picture);
    if (size > maximumBytes) throw new Error(`${picture} has ${size} bytes; the limit is ${maximumBytes}.`);
    await copyFile(picture, `docs/seed/${name}`);
  }
}
