// Groups the profile of a thread by a few kinds of work.
import type { TraceEvent } from '../driver/chromium-trace.ts';
import { sampleOf } from './statistics.ts';

const kinds = [
  'running script',
  'compiling script',
  'style and layout',
  'painting',
  'collecting garbage',
  'the rest',
] as const;
type Kind = (typeof kinds)[number];
/** Milliseconds of one thread. */
export type Profile = Record<Kind, number>;

const kindsOfEvents: [RegExp, Kind][] = [
  [/GC|Garbage/, 'collecting garbage'],
  [/ompil|Parse(Function|Program)|PreParse|Deserialize|produce\w*Cache|CodeCache/, 'compiling script'],
  [
    /^(FunctionCall|EvaluateScript|RunMicrotasks|TimerFire|FireAnimationFrame|v8\.(run|callFunction|evaluateModule))/,
    'running script',
  ],
  [/Layout|recalcStyle|ParseAuthorStyleSheet|HitTest|Shape|InlineNode/, 'style and layout'],
  [/Paint|Layerize|Commit$|Raster|UpdateLifecycle/, 'painting'],
];

/** `worker`: the service worker, which has its own thread in Chromium. */
export type ProfiledThread = 'page' | 'worker';

/** Event names of Chromium. */
const threadNames = { page: 'CrRendererMain', worker: 'ServiceWorker thread' };

export function profileOfTrace(events: readonly TraceEvent[], thread: ProfiledThread): Profile {
  const isMeant = new Set(
    events.filter(({ name, args }) => name === 'thread_name' && args?.name === threadNames[thread]).map(threadOf),
  );
  const byThread = Object.groupBy(
    events.filter((event) => event.ph === 'X' && isMeant.has(threadOf(event))),
    threadOf,
  );
  // The measured thread is the busiest one.
  const profiles = Object.values(byThread).map((ofThread = []) => profileOfThread(ofThread));
  return profiles.toSorted((one, other) => sum(other) - sum(one))[0] ?? nothing();
}

const threadOf = ({ pid, tid }: TraceEvent) => `${pid}.${tid}`;

/** Self time of each event. */
function profileOfThread(events: readonly TraceEvent[]): Profile {
  const profile = nothing();
  const open: { end: number; kind: Kind }[] = [];
  const inOrder = events.toSorted((one, other) => one.ts - other.ts || (other.dur ?? 0) - (one.dur ?? 0));
  for (const { name, ts, dur = 0, tdur = dur } of inOrder) {
    while (open.length > 0 && ts >= (open.at(-1)?.end ?? 0)) open.pop();
    const outer = open.at(-1);
    const own = kindsOfEvents.find(([pattern]) => pattern.test(name))?.[1];
    const kind = own ?? outer?.kind ?? 'the rest';
    if (outer) profile[outer.kind] -= tdur / 1000;
    profile[kind] += tdur / 1000;
    open.push({ end: ts + dur, kind });
  }
  return profile;
}

const kindsOfCategories: [RegExp, Kind][] = [
  [/^GC/, 'collecting garbage'],
  [/^JavaScript: .*(Pars|Compil)/, 'compiling script'],
  [/^JavaScript/, 'running script'],
  [/^Layout/, 'style and layout'],
  [/^Graphics/, 'painting'],
];

/** @param times milliseconds by Firefox's category */
export function profileOfCategories(times: Readonly<Record<string, number>>): Profile {
  const profile = nothing();
  for (const [name, time] of Object.entries(times)) {
    profile[kindsOfCategories.find(([pattern]) => pattern.test(name))?.[1] ?? 'the rest'] += time;
  }
  return profile;
}

function nothing(): Profile {
  return Object.fromEntries(kinds.map((kind) => [kind, 0])) as Profile;
}

function sum(profile: Profile): number {
  return Object.values(profile).reduce((one, other) => one + other, 0);
}

/** @returns a table with the median profile of each series */
export async function profileTable<Measured>(
  what: string,
  measured: Record<string, Measured>,
  profileOf: (each: Measured) => Promise<Profile>,
  times: number,
): Promise<string> {
  const columns: [string, Profile[]][] = [];
  for (const [name, each] of Object.entries(measured)) {
    const profiles: Profile[] = [];
    for (let time = 0; time < times; time += 1) profiles.push(await profileOf(each));
    columns.push([name, profiles]);
  }
  const cell = (profiles: Profile[], of: (profile: Profile) => number) => sampleOf(profiles.map(of)).median.toFixed(1);
  const row = (name: string, of: (profile: Profile) => number) =>
    `| ${name} | ${columns.map(([, profiles]) => cell(profiles, of)).join(' | ')} |`;
  return `| milliseconds of ${what} | ${columns.map(([name]) => name).join(' | ')} |
| --- | ${columns.map(() => '---:').join(' | ')} |
${[...kinds.map((kind) => row(kind, (profile) => profile[kind])), row('**all**', sum)].join('\n')}
`;
}
