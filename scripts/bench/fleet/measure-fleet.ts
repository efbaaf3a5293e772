// Simulates weeks with and without a timed outage: the peak of each hour, how much it varies by chance, and the largest
// tenant that stays within Graph's limit.
import { loadChart } from '../chart.ts';
import type { Measurement } from '../measurement.ts';
import { sampleOf } from '../statistics.ts';
import { type FleetLoad, type Hour, hoursOf, requestsOfSync, seeded, simulateFleet, usualFleet } from './fleet.ts';

/** Resource units per ten seconds for one application in one tenant, published by Graph; a GET costs one. */
const published = { largest: 8_000, smallest: 3_500 };

/** Hours since Monday, midnight, with an event that reaches all installations at once. */
const moments = [
  ['Monday, nine to ten', 9],
  ['after the outage', 15],
  ['Tuesday, nine to ten', 33],
  ['after the policy', 34],
] as const;

interface Week {
  load: FleetLoad;
  hours: Hour[];
  busiest: Hour;
}

export function measureFleet(rounds: number): { measurements: Measurement[]; text: string; chart: string } {
  const weeks = (outageIsTimed: boolean) =>
    Array.from({ length: rounds }, (_, round) => play(round + 1, outageIsTimed));
  const [usual, timed] = [weeks(false), weeks(true)];
  const all = [...usual, ...timed];
  const ratio = (what: string, values: number[]): Measurement => ({
    what: `fleet, busiest ten seconds over the mean of their hour: ${what}`,
    unit: 'times',
    ours: sampleOf(values),
    goal: { of: 'figure', most: 1.5 },
  });
  const measurements: Measurement[] = [
    ratio(
      'of both days',
      all.map(({ busiest }) => busiest.peak / busiest.mean),
    ),
    ...moments.map(([what, hour]) => ratio(what, ratiosOf(all, hour))),
    {
      what: 'requests to Graph on an idle day, the busiest person of all',
      unit: 'requests',
      ours: sampleOf(all.map(({ load }) => load.ofDay.most)),
      goal: { of: 'figure', most: 10 },
    },
  ];
  return { measurements, text: textOf(usual, timed), chart: chartOf(usual) };
}

function play(seed: number, outageIsTimed: boolean): Week {
  const load = simulateFleet({ ...usualFleet, seed, outageIsTimed });
  const hours = hoursOf(load);
  return { load, hours, busiest: hours.reduce((one, other) => (other.peak > one.peak ? other : one)) };
}

function ratiosOf(weeks: Week[], hour: number): number[] {
  return weeks.flatMap(({ hours }) => hours.filter((each) => each.hour === hour)).map(({ peak, mean }) => peak / mean);
}

function textOf(usual: Week[], timed: Week[]): string {
  const { installations } = usualFleet;
  const count = (value: number) => value.toLocaleString('en');
  const middle = (values: number[]) => sampleOf(values).median;
  const told = (values: number[]) => {
    const { median, quarters } = sampleOf(values);
    return `${median.toFixed(2)} (${quarters.map((each) => each.toFixed(2)).join('–')})`;
  };
  const lines = moments.map(([what, hour]) => {
    const of = (weeks: Week[]) => weeks.flatMap(({ hours }) => hours.filter((each) => each.hour === hour));
    const mean = middle(of([...usual, ...timed]).map((each) => each.mean));
    const minute = middle(of([...usual, ...timed]).map((each) => each.busiestMinute / each.mean));
    return `| ${what} | ${mean.toFixed(0)} | ${told(ratiosOf(usual, hour))} | ${told(ratiosOf(timed, hour))} | ${byChance(mean).toFixed(2)} | ${minute.toFixed(2)} |`;
  });
  const most = Math.max(...[...usual, ...timed].map(({ busiest }) => busiest.peak));
  const largest = (budget: number) => Math.floor((installations * budget) / most / 10_000) * 10_000;
  const days = [...usual, ...timed].map(({ load }) => load.ofDay);
  return `## A large organization

The sync schedule (\`lib/background/sync/schedule.ts\`), simulated for ${count(installations)} installations of one tenant over Monday and
Tuesday: shift starts, lids that are opened after meetings, an outage of one hour, and a policy that connects four in ten
installations at once. ${usual.length} weeks for an outage without Retry-After and as many with it.
docs/decisions/spread-background-requests.md gives the reasons.

![Requests in ten seconds](performance-fleet.svg)

| | mean requests in ten seconds | peak over mean, no Retry-After | with Retry-After | by chance | busiest minute over mean |
| --- | ---: | ---: | ---: | ---: | ---: |
${lines.join('\n')}

*By chance* is the peak over the mean of an hour in which as many installations sync evenly. What exceeds it is a wave.

**Largest tenant.** Graph publishes ${count(published.largest)} resource units in ten seconds for one application in a tenant of more than 500
users (${count(published.smallest)} below 50). A sync takes ${requestsOfSync} units. The peak of all weeks is ${most} units for ${count(installations)} installations, so
the limit allows about **${count(largest(published.largest))} installations**. The limit of authentication methods is not published; a tenth of
it would allow ${count(largest(published.largest / 10))}.

On the second day an installation makes ${middle(days.map(({ mean }) => mean)).toFixed(1)} requests to Graph on average and ${Math.max(...days.map(({ most }) => most))} at most.
`;
}

/** Median ratio of peak to mean of an hour in which syncs arrive evenly and independently. */
function byChance(meanRequests: number): number {
  const random = seeded(1);
  const mean = meanRequests / requestsOfSync;
  const syncs = () => {
    // Knuth's algorithm for Poisson random numbers.
    const end = Math.exp(-mean);
    let [count, left] = [0, random()];
    for (; left > end; left *= random()) count += 1;
    return count;
  };
  const hours = Array.from({ length: 101 }, () => Math.max(...Array.from({ length: 360 }, syncs)) / mean);
  return sampleOf(hours).median;
}

function chartOf([first]: Week[]): string {
  if (!first) throw new Error('Nothing was played.');
  const { installations, outage, push } = usualFleet;
  return loadChart(
    first.load.slots,
    10_000,
    `Requests in ten seconds, ${installations.toLocaleString('en')} installations, Monday and Tuesday`,
    [
      { at: outage.from, text: 'outage', side: 'left' },
      { at: outage.to, text: 'its end' },
      { at: push.at, text: 'policy for all' },
    ],
    { most: published.largest, text: `what Graph allows a large tenant: ${published.largest.toLocaleString('en')}` },
  );
}
