// Writes the results as Markdown with charts, and as JSON.
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type BrowserName, browserTitles } from '../browsers.ts';
import { ratioChart } from './chart.ts';
import { figureOf, holds, type Measurement } from './measurement.ts';

export interface Results {
  measurements: readonly Measurement[];
  /** Parts that failed, with the reason. */
  failures: readonly { part: string; reason: string }[];
  /** Further sections below the table. */
  sections: readonly string[];
  charts: Readonly<Record<string, string>>;
  seconds: number;
}

/** @returns the table as Markdown */
export function tableOf(measurements: readonly Measurement[]): string {
  return `| what | browser | ours | control | figure | goal | |
| --- | --- | ---: | ---: | ---: | ---: | --- |
${measurements.map(rowOf).join('\n')}`;
}

export async function writeReport(folder: string, results: Results): Promise<void> {
  const { measurements, failures, sections, charts, seconds } = results;
  const text = `# Fast and light, measured

<!-- Written by \`npm run bench\`. -->

Each figure is the middle of several rounds (in brackets: first to third quarter, and how many rounds), and its control was measured in
the same run, by turns. The control is an extension with an empty popup page and one small script. Measured in ${Math.round(seconds)} s
on ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'an unknown processor'}, Node ${process.versions.node}, with the build that goes to the stores. Milliseconds
depend on the machine; ratios hardly do. Main-thread time is processor time of the extension process's main thread, as Linux counts it; in Firefox
that thread also runs the background. What was looked for and taken out: [decisions/startup-performance.md](decisions/startup-performance.md).

${failures.map(({ part, reason }) => `**Not measured:** ${part}: ${reason}\n\n`).join('')}${tableOf(measurements)}

![Ratios to an empty extension](performance.svg)

${gapsOf(measurements)}${sections.join('\n')}`;
  const rows = measurements.map((each) => ({ ...each, figure: figureOf(each), holds: holds(each) }));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'performance.md'), text);
  await writeFile(join(folder, 'performance.svg'), ratioChart(measurements));
  for (const [name, chart] of Object.entries(charts)) await writeFile(join(folder, `performance-${name}.svg`), chart);
  await writeFile(
    join(folder, 'performance.json'),
    `${JSON.stringify({ seconds: Math.round(seconds), failures, rows }, undefined, 2)}\n`,
  );
}

/** Missed goals with their known reasons. */
function gapsOf(measurements: readonly Measurement[]): string {
  const gaps = measurements.filter((each) => holds(each) === false);
  if (gaps.length === 0) return '';
  const reasons = Map.groupBy(gaps, ({ why = 'Not looked into yet.' }) => why);
  const lines = [...reasons].map(([why, of]) => {
    const named = of.map(({ what, browser }) => (browser ? `${what} (${browser})` : what));
    return `- **${[...new Set(named)].join('; ')}.** ${why}`;
  });
  return `## What does not hold, and why

${lines.join('\n')}

`;
}

/** One table per browser. */
export type Profiles = Record<'opening' | 'start' | 'banner', Map<BrowserName, string>>;

export function profilesSection(profiles: Profiles): string {
  const tables = (name: keyof Profiles) =>
    [...profiles[name]].map(([browser, table]) => `### ${browserTitles[browser]}\n\n${table}`).join('\n');
  return `## Where the popup's time goes

One opening with the worker running, as the browser itself notes it (the middle of five; taking notes takes time, so that all is more than in the table above). *After a year* is of the same phones with all that is kept of a year's use. *As a still page*
is the very picture that the popup ends with, as a page with the same styles and without any script: what it takes beyond the control, no popup can do without that shows
three phones. What is ours is the rest: the script that reads the database and builds the picture.

${tables('opening')}
With a stopped worker, Firefox starts the background on the same thread: the table above has how much that takes by itself. What goes into it, and what was taken out, is told
in [decisions/startup-performance.md](decisions/startup-performance.md).

## Where a stopped worker's time goes

From the message that starts it to its answer. In Chromium on a thread of its own, in Firefox on that of the extension's pages, where the page that asks is, too.

${tables('start')}
## Where the account page's time goes

The first second of the page (the middle of three): with the banner, with the least script of an extension that asks its background and shows a line, and without any.

${tables('banner')}
`;
}

function rowOf(row: Measurement): string {
  const { what, browser = '', unit, ours, control, goal } = row;
  const inUnit = (value: number) => {
    if (unit === 'times') return `${value.toFixed(2)} ×`;
    return unit === 'ms' ? `${value.toFixed(1)} ms` : `${round(value)} ${unit}`;
  };
  const told = ({ median, quarters, rounds }: Measurement['ours']) =>
    rounds > 1 ? `${inUnit(median)} (${quarters.map(round).join('–')}; ${rounds})` : inUnit(median);
  const isRatio = goal?.of === 'ratio' || (!goal && control);
  const amount = (value: number) => (isRatio ? `${value.toFixed(2)} ×` : inUnit(value));
  const verdict = { true: 'holds', false: '**does not hold**', undefined: '' }[String(holds(row))];
  return `| ${what} | ${browser} | ${told(ours)} | ${control ? told(control) : '–'} | ${amount(figureOf(row))} | ${goal ? `≤ ${amount(goal.most)}` : 'reported'} | ${verdict} |`;
}

const round = (value: number) =>
  (Math.abs(value) < 100 ? Number(value.toFixed(value < 10 ? 2 : 1)) : Math.round(value)).toLocaleString('en');
