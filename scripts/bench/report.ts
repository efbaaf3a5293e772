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
  const text = `# Performance

<!-- Written by \`npm run bench\`. -->

Each figure is the median of several rounds (in brackets: first to third quartile, number of rounds). Its control is an
extension with an empty popup and one small script, measured in the same run, alternating. Milliseconds depend on the
machine; ratios hardly do. Main-thread time is the processor time of the main thread of the extension process; in Firefox
that thread also runs the event page. docs/decisions/startup-performance.md lists what was removed.

Measured in ${Math.round(seconds)} s on ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'an unknown processor'}, Node ${process.versions.node}, with the store build.

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
  const reasons = Map.groupBy(gaps, ({ why = 'Unknown.' }) => why);
  const lines = [...reasons].map(([why, of]) => {
    const named = of.map(({ what, browser }) => (browser ? `${what} (${browser})` : what));
    return `- **${[...new Set(named)].join('; ')}.** ${why}`;
  });
  return `## Missed goals

${lines.join('\n')}

`;
}

/** One table per browser. */
export type Profiles = Record<'opening' | 'start' | 'banner', Map<BrowserName, string>>;

export function profilesSection(profiles: Profiles): string {
  const tables = (name: keyof Profiles) =>
    [...profiles[name]].map(([browser, table]) => `### ${browserTitles[browser]}\n\n${table}`).join('\n');
  return `## Main-thread time of the popup

The median profile of five openings with the service worker running; profiling slows them. *After a year* shows the same
phones with the stored data of a year. *As a still page* is the final picture without scripts.

${tables('opening')}
## Start of a stopped service worker

From the message to the answer. Firefox runs the event page on the thread of the extension pages.

${tables('start')}
## Main-thread time of the account page

The median profile of the first second of three openings: with the banner, with a minimal content script, without any.

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
  const verdict = { true: 'met', false: '**missed**', undefined: '' }[String(holds(row))];
  return `| ${what} | ${browser} | ${told(ours)} | ${control ? told(control) : '–'} | ${amount(figureOf(row))} | ${goal ? `≤ ${amount(goal.most)}` : 'reported'} | ${verdict} |`;
}

const round = (value: number) =>
  (Math.abs(value) < 100 ? Number(value.toFixed(value < 10 ? 2 : 1)) : Math.round(value)).toLocaleString('en');
