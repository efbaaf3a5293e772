// Pictures of every state a person can meet, to be looked at side by side, and each state's accessibility checked by axe.
//   npm run look [-- --only "part of a state's name" --variant light]
// They land in .screenshots/states: one per state and variant, and one sheet per variant.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BrowserContext, chromium } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';
import { rolldown } from 'rolldown';
import type { BannerContent } from '../lib/messaging/banner-messages.ts';
import { type BannerState, bannerStates } from '../tests/banner-states.ts';
import { fillDatabase } from '../tests/fill-database.ts';
import { type State, statesAt } from '../tests/states.ts';
import { findBrowser, requireBrowsers } from './browsers.ts';
import { buildExtension } from './build.ts';

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, variant: { type: 'string', default: '' } },
});
const folder = resolve('.screenshots/states');

interface Variant {
  name: string;
  width: { popup: number; options: number; banner: number };
  colorScheme: 'light' | 'dark';
  dir?: 'rtl';
  forcedColors?: 'active';
}

interface Taken {
  name: string;
  kind: keyof Variant['width'];
  file: string;
}

const variants: Variant[] = [
  { name: 'light', width: { popup: 360, options: 1100, banner: 480 }, colorScheme: 'light' },
  { name: 'dark', width: { popup: 360, options: 900, banner: 480 }, colorScheme: 'dark' },
  { name: 'rtl', width: { popup: 360, options: 900, banner: 480 }, colorScheme: 'light', dir: 'rtl' },
  { name: 'narrow', width: { popup: 320, options: 320, banner: 320 }, colorScheme: 'light' },
  { name: 'forced', width: { popup: 360, options: 900, banner: 480 }, colorScheme: 'dark', forcedColors: 'active' },
];

requireBrowsers(['chromium']);
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const extension = await buildWithoutBackground();
const context = await chromium.launchPersistentContext('', {
  executablePath: findBrowser('chromium') as string,
  chromiumSandbox: process.getuid?.() !== 0,
  args: [`--disable-extensions-except=${extension}`, `--load-extension=${extension}`, '--no-first-run'],
});
const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
const origin = `chrome-extension://${new URL(worker.url()).host}`;
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const page = await context.newPage();
const problems = new Set<string>();
let bannerWords: string | undefined;
page.on('pageerror', (error) => problems.add(`page error: ${error.message}`));

for (const variant of variants) {
  if (!variant.name.includes(values.variant)) continue;
  await page.emulateMedia({
    colorScheme: variant.colorScheme,
    forcedColors: variant.forcedColors ?? 'none',
    reducedMotion: 'reduce',
  });
  const taken: Taken[] = [];
  for (const state of [...statesAt(Date.now()), ...bannerStates]) {
    if (!state.name.includes(values.only)) continue;
    const file = `${variant.name}-${state.name.replaceAll(/[^a-z]+/gi, '-')}.png`;
    if ('standing' in state) await showBanner(state, variant);
    else await show(state, variant);
    await page.screenshot({ path: join(folder, file), animations: 'disabled' });
    for (const problem of await check(variant)) problems.add(`${state.name}, ${variant.name}: ${problem}`);
    taken.push({ name: state.name, kind: 'standing' in state ? 'banner' : state.page, file });
  }
  await sheets(context, variant, taken);
  console.log(`${variant.name}: ${taken.length} states`);
}
await context.close();
for (const problem of problems) console.error(problem);
console.log(`${folder}: ${problems.size} problems`);
process.exitCode = problems.size === 0 ? 0 : 1;

/** The pages as they are shipped. Without a background that would change the rows which are to be looked at. */
async function buildWithoutBackground(): Promise<string> {
  const { chromium: extension } = await buildExtension(resolve('.output/look'));
  const bundle = await rolldown({ input: resolve('tests/make-database.ts') });
  await bundle.write({ file: join(extension, 'background.js'), format: 'iife' });
  await bundle.close();
  return extension;
}

async function show(state: State, variant: Variant): Promise<void> {
  const width = variant.width[state.page];
  await page.setViewportSize({ width, height: 600 });
  // Any page that opens the database, so that it is there to be filled.
  await page.goto(`${origin}/popup.html`);
  await page.waitForSelector('#app main');
  await page.evaluate(fillDatabase, { rows: state.rows, drafts: state.drafts ?? {} });
  await page.goto(`${origin}/${state.page}.html`);
  await page.waitForSelector('#app main');
  if (variant.dir) await page.evaluate((dir) => (document.documentElement.dir = dir), variant.dir);
  for (const name of state.clicks ?? []) {
    const button = page.getByRole('button', { name, exact: true });
    // What opens a `details` has no role of its own.
    await button
      .or(page.locator('summary').and(page.getByLabel(name)))
      .first()
      .click();
  }
  const height = await page.evaluate(() => document.body.scrollHeight);
  // Real popups are as high as what is in them, up to 600 px; here all of it is to be seen.
  await page.setViewportSize({ width, height });
  const scrolls = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (scrolls > 0) problems.add(`${state.name}, ${variant.name}: ${scrolls} px wider than the page`);
}

/** The shipped script on a page that is not ours, with the words it would be told. */
async function showBanner({ standing }: BannerState, variant: Variant): Promise<void> {
  await page.setViewportSize({ width: variant.width.banner, height: 320 });
  await page.goto(`${origin}/popup.html`);
  bannerWords ??= await bundle('lib/banner/content.ts');
  const content: BannerContent = await page.evaluate(`(() => {
    ${bannerWords}
    return bundled.contentOf(${JSON.stringify(standing)});
  })()`);
  await page.goto('about:blank');
  await page.setContent(
    `<!doctype html><html lang="en" dir="${variant.dir ?? 'ltr'}"><title>Security info</title><style>
    body { font: 16px sans-serif; margin: 24px; background: #f3f2f1; color: #111 }</style><main><h1>Security info</h1>
    <p>These are the methods you use to sign in to your account.</p></main>`,
  );
  const told = { ...content, direction: variant.dir ?? content.direction };
  await page.evaluate(`globalThis.chrome = { runtime: {
    id: 'here', sendMessage: async () => (${JSON.stringify({ res: told })}),
    onMessage: { addListener() {}, removeListener() {} },
  } }`);
  await page.evaluate(await readFile(join(extension, 'banner.js'), 'utf8'));
  await page.waitForSelector('html > div', { state: 'attached' });
}

async function bundle(input: string): Promise<string> {
  const build = await rolldown({
    input: resolve(input),
    resolve: { alias: { '#i18n': resolve('.wxt/i18n/index.ts') } },
  });
  const { output } = await build.generate({ format: 'iife', name: 'bundled' });
  await build.close();
  return output[0].code;
}

async function check({ forcedColors }: Variant): Promise<string[]> {
  await page.evaluate(axe);
  // With forced colours axe still reads the colours that were not taken.
  const options = { rules: { 'color-contrast': { enabled: forcedColors !== 'active' } } };
  const { violations } = await page.evaluate(
    (chosen) => (globalThis as never as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(chosen),
    options,
  );
  return violations.map(({ id, nodes }) => `axe ${id} at ${nodes.map(({ target }) => target.join(' ')).join(' and ')}`);
}

/** A variant's pictures side by side, as many on one as can be looked at. */
async function sheets(context: BrowserContext, variant: Variant, taken: Taken[]): Promise<void> {
  for (const { kind, across, atOnce } of [
    { kind: 'popup', across: 5, atOnce: 10 },
    { kind: 'options', across: 2, atOnce: 4 },
    { kind: 'banner', across: 3, atOnce: 12 },
  ] as const) {
    const figures = await Promise.all(
      taken
        .filter((each) => each.kind === kind)
        .map(async ({ name, file }) => {
          const picture = (await readFile(join(folder, file))).toString('base64');
          return `<figure><figcaption>${name}</figcaption><img src="data:image/png;base64,${picture}"></figure>`;
        }),
    );
    const table = await context.newPage();
    await table.setViewportSize({ width: across * (variant.width[kind] + 16) + 16, height: 400 });
    for (let first = 0; first < figures.length; first += atOnce) {
      await table.setContent(
        `<!doctype html><style>body{margin:16px;background:#9aa5a3;display:grid;grid-template-columns:repeat(${across},max-content);
        gap:16px;font:600 13px sans-serif;align-items:start}figure{margin:0}img{display:block;border-radius:4px}
        figcaption{padding:4px 0}</style>${figures.slice(first, first + atOnce).join('')}`,
      );
      await table.screenshot({
        path: join(folder, `sheet-${variant.name}-${kind}-${first / atOnce + 1}.png`),
        fullPage: true,
      });
    }
    await table.close();
  }
}
