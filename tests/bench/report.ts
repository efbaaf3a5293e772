// The results, for people (docs/performance.md with its charts) and for machines (docs/performance.json).
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { loadChart, ratioChart } from './chart.ts';
import { hoursOf, simulateFleet, usualFleet } from './fleet/fleet.ts';
import { figureOf, holds, type Measurement } from './measurement.ts';

/** Resource units in ten seconds for one application in one tenant of more than 500 users, as Graph publishes it; a GET costs one. */
const publishedBudget = 8_000;

export async function writeReport(
  folder: string,
  measurements: readonly Measurement[],
  seconds: number,
): Promise<void> {
  const rows = measurements.map((each) => ({ ...each, figure: figureOf(each), holds: holds(each) }));
  const fleet = await writeFleet(folder);
  const text = `# Fast and light, measured

<!-- Written by \`npm run bench\`. What is found behind the figures: docs/decisions/what-is-in-the-first-load.md. -->

Each figure is the middle of ${Math.max(...rows.map(({ ours }) => ours.rounds))} rounds (in brackets: first to third quarter), and its control was measured in
the same run, by turns. The control is an extension with an empty popup page and one small script. Measured in ${Math.round(seconds)} s
on ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'an unknown processor'}, Node ${process.versions.node}, with the build that goes to the stores. Milliseconds
depend on the machine; ratios hardly do. Main-thread time is processor time of the extension process's main thread, as Linux counts it; in Firefox
that thread also runs the background.

| what | browser | ours | control | figure | goal | |
| --- | --- | ---: | ---: | ---: | ---: | --- |
${rows.map(rowOf).join('\n')}

![Ratios to an empty extension](performance.svg)

${fleet}`;
  await writeFile(join(folder, 'performance.md'), text);
  await writeFile(join(folder, 'performance.svg'), ratioChart(measurements));
  await writeFile(
    join(folder, 'performance.json'),
    `${JSON.stringify({ seconds: Math.round(seconds), rows }, undefined, 2)}\n`,
  );
}

function rowOf(row: Measurement & { figure: number; holds: boolean | undefined }): string {
  const { what, browser = '', unit, ours, control, goal, figure } = row;
  const inUnit = (value: number) => (unit === 'ms' ? `${value.toFixed(1)} ms` : `${round(value)} ${unit}`);
  const told = ({ median, quarters, rounds }: Measurement['ours']) =>
    rounds > 1 ? `${inUnit(median)} (${quarters.map(round).join('–')})` : inUnit(median);
  const isRatio = goal?.of === 'ratio' || (!goal && control);
  const amount = (value: number) => (isRatio ? `${value.toFixed(2)} ×` : inUnit(value));
  const verdict = row.holds === undefined ? '' : row.holds ? 'holds' : '**does not hold**';
  return `| ${what} | ${browser} | ${told(ours)} | ${control ? told(control) : '–'} | ${amount(figure)} | ${goal ? `≤ ${amount(goal.most)}` : 'reported'} | ${verdict} |`;
}

const round = (value: number) =>
  (Math.abs(value) < 100 ? Number(value.toFixed(1)) : Math.round(value)).toLocaleString('en');

async function writeFleet(folder: string): Promise<string> {
  const plays = [false, true].map((outageIsTimed) => {
    const load = simulateFleet({ ...usualFleet, outageIsTimed });
    const hours = hoursOf(load);
    const busiest = hours.reduce((one, other) => (other.peak > one.peak ? other : one));
    return { outageIsTimed, load, hours, busiest };
  });
  const [usual] = plays;
  if (!usual) throw new Error('Nothing was played.');
  const { installations, outage, push } = usualFleet;
  await writeFile(
    join(folder, 'performance-fleet.svg'),
    loadChart(
      usual.load.slots,
      10_000,
      `Requests in ten seconds, ${installations.toLocaleString('en')} installations, Monday and Tuesday`,
      [
        { at: outage.from, text: 'outage' },
        { at: outage.to, text: 'its end' },
        { at: push.at, text: 'policy for all' },
      ],
    ),
  );
  const most = Math.max(...plays.map(({ busiest }) => busiest.peak));
  const largest = Math.floor((installations * publishedBudget) / most / 100_000) * 100_000;
  const lines = plays.map(({ outageIsTimed, hours, busiest }) => {
    const ratio = (index: number) => {
      const hour = hours[index];
      return hour ? `${(hour.peak / hour.mean).toFixed(2)} (${(hour.busiestMinute / hour.mean).toFixed(2)})` : '';
    };
    return `| ${outageIsTimed ? 'with' : 'without'} | ${busiest.peak} | ${busiest.mean.toFixed(0)} | ${(busiest.peak / busiest.mean).toFixed(2)} | ${ratio(9)} | ${ratio(15)} | ${ratio(34)} |`;
  });
  return `## A whole organization

The extension's own decisions about when to ask (\`lib/sync/schedule.ts\`), played on a virtual clock for ${installations.toLocaleString('en')} installations of one tenant over
Monday and Tuesday: shifts that begin to the minute, lids opened when a meeting ends, an outage of an hour on Monday at two, and on Tuesday at ten
a policy that connects four in ten of them at the same moment. Why it is as it is: docs/decisions/asking-apart-from-each-other.md.

![Requests in ten seconds](performance-fleet.svg)

| \`Retry-After\` of the outage | busiest ten seconds | mean of their hour | times the mean | Monday nine to ten | after the outage | after the policy |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
${lines.join('\n')}

The last three are the busiest ten seconds, in brackets the busiest minute, over the mean of that hour. A mean of 150 requests is 75 installations, of which
mere chance makes one and a third times as many in the busiest of 360 slots; the minute has less of that in it.

**The largest tenant.** Graph publishes ${publishedBudget.toLocaleString('en')} resource units in ten seconds for an application in a tenant of more than 500 users. A sync is two
GETs of one unit each. The busiest ten seconds of ${installations.toLocaleString('en')} installations take ${most} units, so ${publishedBudget.toLocaleString('en')} are
reached by ${publishedBudget.toLocaleString('en')} ÷ ${most} × ${installations.toLocaleString('en')} ≈ **${largest.toLocaleString('en')} installations**. The limit of the authentication-method resource
itself is not published and may be lower; a 429 is met by its \`Retry-After\`, as above.

On the second day an installation makes ${usual.load.ofDay.mean.toFixed(1)} requests to Graph on average and ${usual.load.ofDay.most} at most.
`;
}
