// `npm run bench`: everything that is measured, in real browsers with the store build, into docs/performance.md.
//   npm run bench -- --quick              few rounds, to see that it works; nothing is written
//   npm run bench -- --browser chromium   one browser only; nothing is written
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAccountPage } from '../tests/bench/account-page.ts';
import { measureGateway } from '../tests/bench/gateway.ts';
import { measureRegistration } from '../tests/bench/interactions.ts';
import { counted, figureOf, holds, type Measurement } from '../tests/bench/measurement.ts';
import { measurePopup } from '../tests/bench/popup.ts';
import { writeReport } from '../tests/bench/report.ts';
import { browserNames, requireBrowsers } from './browsers.ts';
import { sizesOf } from './budgets.ts';
import { type BuiltExtension, buildExtension } from './build.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, browser: { type: 'string' } } });
const browsers = browserNames.filter((name) => !values.browser || name === values.browser);
const rounds = values.quick ? 3 : 15;

requireBrowsers(browsers);
const started = performance.now();
const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-bench-'));
const built = await buildExtension(folder);
const measurements: Measurement[] = [...(await sizes(built))];
for (const browser of browsers) {
  measurements.push(...(await measurePopup(browser, built, rounds)));
  measurements.push(...(await measureAccountPage(browser, built, rounds)));
  // Each takes a new organization and a new browser.
  measurements.push(...(await measureRegistration(browser, built, Math.min(rounds, 3))));
}
measurements.push(...(await measureGateway(Math.min(rounds, 9))));
await rm(folder, { recursive: true, force: true });

for (const each of measurements) {
  const verdict = { true: 'holds', false: 'DOES NOT HOLD', undefined: '' }[String(holds(each))];
  console.log(
    `${each.what}, ${each.browser ?? ''}: ${each.ours.median.toFixed(1)} ${each.unit}`,
    each.control ? `, control ${each.control.median.toFixed(1)}` : '',
    `→ ${figureOf(each).toFixed(2)} ${verdict}`,
  );
}
const seconds = (performance.now() - started) / 1000;
console.log(`${Math.round(seconds)} s`);
if (!values.quick && browsers.length === browserNames.length) await writeReport('docs', measurements, seconds);

async function sizes({ firefox }: BuiltExtension): Promise<Measurement[]> {
  const bytes = (what: string, size: number): Measurement => ({
    what,
    unit: 'bytes',
    ours: counted(size),
    ...(what in goals ? { goal: { of: 'figure', most: goals[what as keyof typeof goals] } } : {}),
  });
  const goals = { 'store package': 250_000, 'the banner': 8_000 };
  const unpacked = join(firefox, '..', 'firefox-mv3');
  const locales = await readdir(join(unpacked, '_locales'));
  return [
    bytes('store package', (await stat(firefox)).size),
    ...Object.entries(sizesOf(unpacked)).map(([part, size]) => bytes(part, size)),
    bytes('words of a language', (await stat(join(unpacked, '_locales', locales[0] ?? '', 'messages.json'))).size),
  ];
}
