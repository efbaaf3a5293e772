// Measures the opening of the popup with three phones against an empty popup and against a still picture of it, and the
// answer of a stopped service worker.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { retentionDays } from '../../lib/shared/tables/tables.ts';
import type { BrowserName } from '../browsers.ts';
import type { BuiltExtension } from '../build.ts';
import { until } from '../driver/until.ts';
import type { Stored } from '../look/fill-database.ts';
import { statesAt } from '../look/states.ts';
import type { BenchBrowser } from './bench-browser.ts';
import { benchChromium } from './chromium.ts';
import { emptyExtension, stillExtension, withProbe } from './extensions.ts';
import { benchFirefox } from './firefox.ts';
import { counted, type Measurement } from './measurement.ts';
import { collectOwnGarbage } from './own-garbage.ts';
import { canCountMainThread, mainThreadMs } from './processes.ts';
import { profileTable } from './profile.ts';
import { sampleOf } from './statistics.ts';
import { yearOfUse } from './year-of-use.ts';

/** Answered at once, as by the control. */
const hello = { id: 1, type: 'visible', timestamp: 0 };
/** Answered after the service worker has read and written its database. */
const dismissal = { id: 2, type: 'dismiss', data: { id: 'none' }, timestamp: 0 };

export async function measurePopup(
  browser: BrowserName,
  built: BuiltExtension,
  rounds: number,
): Promise<{ measurements: Measurement[]; profiles: Record<'opening' | 'start', string> }> {
  const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-bench-'));
  const unpacked = { chromium: built.chromium, firefox: join(dirname(built.firefox), 'firefox-mv3') }[browser];
  const start = browser === 'firefox' ? benchFirefox : benchChromium;
  const running: BenchBrowser[] = [];
  const open = async (extension: string) => {
    const bench = await start(extension);
    running.push(bench);
    return bench;
  };
  try {
    const ours = await open(await withProbe(unpacked, join(folder, 'ours')));
    const empty = await open(await emptyExtension(browser, unpacked, join(folder, 'empty')));
    // The first opening fills caches and creates the database, so it does not count.
    await ours.openPopup();
    await ours.fill(threePhones());
    const { html } = await ours.openPopup();
    const still = await open(await stillExtension(unpacked, html, join(folder, 'still')));
    for (const bench of running) for (let times = 0; times < 2; times += 1) await bench.openPopup();
    const measurements = await measure(browser, { ours, empty, still }, rounds);
    const ofOpening = async ({ bench, rows }: { bench: BenchBrowser; rows?: () => Stored }) => {
      if (rows) await bench.fill(rows());
      await bench.ask(hello);
      await untilIdle(bench);
      return bench.profile('page', () => bench.openPopup());
    };
    const ofStart = async (bench: BenchBrowser) => {
      await bench.stopBackground();
      await untilIdle(bench);
      return bench.profile('worker', () => bench.ask(hello));
    };
    const opening = {
      ours: { bench: ours, rows: threePhones },
      'after a year': { bench: ours, rows: keptOfYear },
      'as a still page': { bench: still },
      control: { bench: empty },
    };
    return {
      measurements,
      profiles: {
        opening: await profileTable('the main thread, worker running', opening, ofOpening, 5),
        start: await profileTable("the worker's thread, message to answer", { ours, control: empty }, ofStart, 5),
      },
    };
  } finally {
    await Promise.all(running.map((bench) => bench.close()));
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(
  browser: BrowserName,
  { ours, empty, still }: Record<'ours' | 'empty' | 'still', BenchBrowser>,
  rounds: number,
): Promise<Measurement[]> {
  const settled = series();
  const thread = series();
  const answer = series();
  const open = async (name: keyof typeof settled, bench: BenchBrowser) => {
    await untilIdle(bench);
    const before = canCountMainThread ? await mainThreadMs(bench.pid, 'extension') : 0;
    collectOwnGarbage();
    const { settledMs, textLength } = await bench.openPopup();
    if (bench !== empty && textLength < 200) throw new Error('The popup does not show three phones.');
    if (canCountMainThread) thread[name].push((await mainThreadMs(bench.pid, 'extension')) - before);
    settled[name].push(settledMs);
  };
  const starting: number[] = [];
  const ask = async (name: 'stopped' | 'working' | 'control', bench: BenchBrowser, message: object) => {
    await bench.stopBackground();
    await untilIdle(bench);
    const before = canCountMainThread ? await mainThreadMs(bench.pid, 'extension') : 0;
    collectOwnGarbage();
    answer[name].push(await bench.ask(message));
    await untilIdle(bench);
    if (canCountMainThread && name === 'stopped') {
      starting.push((await mainThreadMs(bench.pid, 'extension')) - before);
    }
  };
  const fill = () => ours.fill(threePhones());

  // Before the rounds, because the browser reclaims overwritten data later.
  await ours.fill(keptOfYear());
  const database = await usage(ours);
  await fillYear(ours);
  const databaseAndLog = await usage(ours);

  for (let round = 0; round < rounds; round += 1) {
    const turns = [
      async () => {
        await empty.ask(hello);
        await open('control', empty);
      },
      async () => {
        await fill();
        await ours.ask(hello);
        await open('running', ours);
      },
      async () => {
        await fill();
        await ours.stopBackground();
        await open('stopped', ours);
      },
      async () => {
        await fillYear(ours);
        await open('year', ours);
      },
      () => open('still', still),
      () => ask('stopped', ours, hello),
      () => ask('working', ours, dismissal),
      () => ask('control', empty, hello),
    ];
    // Each round starts with another series, so that none profits from the one before it.
    for (let turn = 0; turn < turns.length; turn += 1) await turns[(turn + round) % turns.length]?.();
  }

  const line = (
    what: string,
    of: ReturnType<typeof series>,
    name: keyof typeof settled,
    most?: number,
    why?: string,
  ): Measurement => ({
    what,
    browser,
    unit: 'ms',
    ours: sampleOf(of[name]),
    control: sampleOf(of.control),
    ...(most === undefined ? {} : { goal: { of: 'ratio', most } }),
    ...(why === undefined ? {} : { why }),
  });
  return [
    line('popup, opening to the last change, worker running', settled, 'running', 1.1, reasons.opening),
    line('popup, opening to the last change, worker stopped', settled, 'stopped', 1.1, reasons.opening),
    line('still page, opening to the last change', settled, 'still'),
    ...(canCountMainThread
      ? [
          line('popup, main thread, worker running', thread, 'running', 1.3, reasons.thread),
          line('popup, main thread, worker stopped', thread, 'stopped', 1.3, reasons.thread),
          line('still page, main thread', thread, 'still'),
          {
            what: "start of a stopped worker, on the popup's main thread",
            browser,
            unit: 'ms',
            ours: sampleOf(starting),
          } satisfies Measurement,
        ]
      : []),
    {
      ...line('popup after a year of use, against a new profile', settled, 'year'),
      control: sampleOf(settled.running),
      goal: { of: 'ratio', most: 1.1 },
      why: reasons.year,
    },
    {
      what: 'database after a year of use',
      browser,
      unit: 'bytes',
      ours: counted(database),
      goal: { of: 'figure', most: 1_000_000 },
    },
    {
      // Chromium appends changes to a log and truncates it after some megabytes.
      what: 'database with the log of the browser, after the year was written and deleted at once',
      browser,
      unit: 'bytes',
      ours: counted(databaseAndLog),
    },
    line('stopped worker, message to answer', answer, 'stopped', 1.7, reasons.worker),
    line('stopped worker, message to answer from the database', answer, 'working'),
  ];
}

const reasons = {
  opening:
    'The popup waits for the database and the session storage, both in another process. Firefox keeps no compiled script of extension pages, so each opening parses all of it.',
  year: 'The popup reads ninety days of the outbox to show its newest rows; reading fewer rows one by one takes longer.',
  thread:
    'The control draws one word with one line of script. The row of the still page shows the cost of the picture; the rest is Preact and the components, run once.',
  worker:
    'All code of a service worker is one file that the browser reads before the first answer. Firefox keeps nothing of it compiled.',
};

type Series = 'control' | 'running' | 'stopped' | 'year' | 'still' | 'working';

function series(): Record<Series, number[]> {
  return { control: [], running: [], stopped: [], year: [], still: [], working: [] };
}

/** Waits until earlier work is finished: in Firefox it runs on the measured thread. */
async function untilIdle(bench: BenchBrowser): Promise<void> {
  if (!canCountMainThread) return pass(500);
  await until('the extension to be idle', async () => {
    const before = await mainThreadMs(bench.pid, 'extension');
    await pass(100);
    return (await mainThreadMs(bench.pid, 'extension')) - before < 4;
  });
}

function threePhones() {
  const now = Date.now();
  const state = statesAt(now).find(({ name }) => name === 'three phones, default');
  if (!state) throw new Error('The state "three phones, default" does not exist.');
  // A recent sync, so that the opening alone is measured.
  const accounts = state.rows.accounts.map((account) => ({ ...account, syncedAt: now }));
  return { rows: { ...state.rows, accounts }, drafts: {} };
}

/** Rows that retention keeps: ninety days. */
function keptOfYear() {
  const now = Date.now();
  const { rows, drafts } = threePhones();
  const { outbox, ...others } = yearOfUse(rows, now);
  const since = now - retentionDays * 24 * 3_600_000;
  return { rows: { ...others, outbox: outbox.filter(({ updatedAt }) => updatedAt >= since) }, drafts };
}

/** @returns bytes; Chromium reports the database separately */
function usage(ours: BenchBrowser): Promise<number> {
  return ours.evaluate(
    'navigator.storage.estimate().then(({ usage, usageDetails }) => usageDetails?.indexedDB ?? usage)',
  );
}

/** Fills the database and lets the service worker delete old rows, as at each start. */
async function fillYear(ours: BenchBrowser): Promise<void> {
  const { rows, drafts } = threePhones();
  await ours.fill({ rows: yearOfUse(rows, Date.now()), drafts });
  await ours.stopBackground();
  await ours.ask(hello);
  await until('old rows to be deleted', () => ours.evaluate<boolean>(`(${isTidy})()`));
}

/** Runs in a page of the extension. */
async function isTidy(): Promise<boolean> {
  const request = indexedDB.open('phone-sign-in');
  const database = await new Promise<IDBDatabase>((done) => {
    request.onsuccess = () => done(request.result);
  });
  const old = IDBKeyRange.upperBound(Date.now() - 91 * 24 * 3_600_000);
  const count = database.transaction('outbox').objectStore('outbox').index('updatedAt').count(old);
  return new Promise((done) => {
    count.onsuccess = () => {
      database.close();
      done(count.result === 0);
    };
  });
}
