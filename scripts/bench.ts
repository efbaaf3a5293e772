// `npm run bench`: measures the store build in real browsers.
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { deflateRawSync } from 'node:zlib';
import { measureAccountPage } from './bench/account-page.ts';
import { measureFleet } from './bench/fleet/measure-fleet.ts';
import { measureGateway } from './bench/gateway.ts';
import { measureRegistration } from './bench/interactions.ts';
import { counted, type Measurement } from './bench/measurement.ts';
import { measurePopup } from './bench/popup.ts';
import { type Profiles, profilesSection, type Results, tableOf, writeReport } from './bench/report.ts';
import { browserNames, requireBrowsers } from './browsers.ts';
import { sizesOf } from './budgets.ts';
import { type BuiltExtension, buildExtension } from './build.ts';
import { commandLine, refuse } from './command-line.ts';

const usage = `npm run bench [-- --quick] [--browser chromium|firefox] [--only PART]
  --quick    few rounds, to see that the bench works
  --browser  one browser only
  --only     the parts with this text in their names, such as "account page"
A run without options writes its report to .reports/performance; the others only print.`;
const { values } = commandLine(usage, {
  quick: { type: 'boolean', default: false },
  browser: { type: 'string' },
  only: { type: 'string', default: '' },
});
const browsers = browserNames.filter((name) => !values.browser || name === values.browser);
if (browsers.length === 0) refuse(usage, `Unknown browser: ${values.browser}`);
const rounds = values.quick ? 3 : 15;
/** Bounds a part that hangs; an idle machine needs far less. */
const partLimitMs = 15 * 60_000;

requireBrowsers(browsers);
const started = performance.now();
const secondsSoFar = () => (performance.now() - started) / 1000;
const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-bench-'));
const built = await buildExtension(folder);
const measurements: Measurement[] = [];
const failures: { part: string; reason: string }[] = [];
const profiles: Profiles = { opening: new Map(), start: new Map(), banner: new Map() };
const sections: string[] = [];
const charts: Record<string, string> = {};

await part('sizes', () => sizes(built));
for (const browser of browsers) {
  await part(`popup and worker, ${browser}`, async () => {
    const popup = await measurePopup(browser, built, rounds);
    profiles.opening.set(browser, popup.profiles.opening);
    profiles.start.set(browser, popup.profiles.start);
    return popup.measurements;
  });
}
for (const browser of browsers) {
  await part(`account page, ${browser}`, async () => {
    const page = await measureAccountPage(browser, built, rounds);
    profiles.banner.set(browser, page.profile);
    return page.measurements;
  });
}
await part('fleet', async () => {
  const { measurements, text, chart } = measureFleet(rounds);
  sections.push(text);
  charts.fleet = chart;
  return measurements;
});
await part('gateway', () => measureGateway(rounds));
for (const browser of browsers) {
  await part(`registration, ${browser}`, () => measureRegistration(browser, built, rounds));
}
await rm(folder, { recursive: true, force: true });

const results: Results = {
  ...{ measurements, failures, charts, seconds: secondsSoFar() },
  sections: [profilesSection(profiles), ...sections],
};
console.log(profilesSection(profiles));
for (const { part, reason } of failures) console.log(`NOT MEASURED: ${part}: ${reason}`);
console.log(`${Math.round(results.seconds)} s`);
if (!values.quick && !values.only && browsers.length === browserNames.length)
  await writeReport('.reports/performance', results);
// Ends browsers that a hanging part left open.
if (measurements.length === 0 && failures.length === 0) refuse(usage, `No part has "${values.only}" in its name.`);
process.exit(failures.length > 0 ? 1 : 0);

/** Reports a part that fails or hangs, and goes on with the next. */
async function part(name: string, measure: () => Promise<Measurement[]>): Promise<void> {
  if (!name.includes(values.only)) return;
  const since = secondsSoFar();
  const stop = new AbortController();
  try {
    const limit = pass(partLimitMs, undefined, { signal: stop.signal }).then(() => {
      throw new Error(`It did not end within ${partLimitMs / 60_000} minutes.`);
    });
    const found = await Promise.race([measure(), limit]);
    measurements.push(...found);
    console.log(tableOf(found));
  } catch (error) {
    failures.push({ part: name, reason: error instanceof Error ? error.message : String(error) });
  }
  stop.abort();
  console.log(`${name}: ${Math.round(secondsSoFar() - since)} s`);
}

async function sizes({ chromium, chromiumPackage }: BuiltExtension): Promise<Measurement[]> {
  const bytes = (what: string, size: number): Measurement => ({
    what,
    unit: 'bytes',
    ours: counted(size),
    ...(what in goals ? { goal: { of: 'figure', most: goals[what as keyof typeof goals] } } : {}),
    why: 'All languages are in one package; see the row of their texts.',
  });
  const goals = { 'store package': 250_000, 'the banner': 8_000 };
  const locales = await readdir(join(chromium, '_locales'));
  let packed = 0;
  for (const locale of locales) {
    packed += deflateRawSync(await readFile(join(chromium, '_locales', locale, 'messages.json')), { level: 9 }).length;
  }
  return [
    bytes('store package', (await stat(chromiumPackage)).size),
    ...Object.entries(sizesOf(chromium)).map(([part, size]) => bytes(part, size)),
    bytes(`texts of ${locales.length} languages, compressed`, packed),
  ];
}
