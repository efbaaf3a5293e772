// Pictures of every state a person can meet, to be looked at side by side, and each state's accessibility checked by axe.
//   npm run look [-- --only "part of a state's name|of another's" --variant light,dark --language ar]
//   npm run states     in light and dark, and a page that shows them all; with --only its other pictures stay
//   npm run store:pictures   a few, sharper, and what the stores show of them
// A language is one of lib/shared/language/locales, or "pseudo" (pseudo-locale.ts), which finds words that are no message.
// They land in .reports/states: one per state and variant, and one sheet per variant.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type BrowserContext, chromium } from '@playwright/test';
import { rolldown } from 'rolldown';
import type { BannerContent } from '../lib/shared/messages/banner-messages.ts';
import { findBrowser, requireBrowsers } from './browsers.ts';
import { buildExtension } from './build.ts';
import { commandLine, refuse } from './command-line.ts';
import { findProblems } from './driver/axe.ts';
import { wholePattern } from './journey/text.ts';
import { messagesJson, readLocale } from './locales.ts';
import { bannerStates, type NamedBannerState } from './look/banner-states.ts';
import { fillDatabase } from './look/fill-database.ts';
import { type State, statesAt } from './look/states.ts';
import { dataOnPages, untranslated } from './look/untranslated.ts';
import { brackets, pseudoLocale } from './pseudo-locale.ts';
import { writeStatesPage } from './states-page.ts';
import { drawStorePictures, storeSharpness, storeStates } from './store-pictures.ts';

const usage = `npm run look [-- --only TEXT] [--variant NAME,…] [--language NAME] [--page] [--store]
  --only      states whose names match, a regular expression
  --variant   light, dark, rtl, narrow, forced, large
  --language  a language of lib/shared/language/locales, or "pseudo"
  --page      also writes a page that shows all states
  --store     draws the pictures of the stores`;
const { values } = commandLine(usage, {
  only: { type: 'string', default: '' },
  variant: { type: 'string', default: '' },
  page: { type: 'boolean', default: false },
  language: { type: 'string', default: 'en' },
  store: { type: 'boolean', default: false },
});
const { language } = values;
const folder = resolve('.reports', values.store ? 'store' : language === 'en' ? 'states' : `states-${language}`);
const english = await readLocale('en');
const words = language === 'pseudo' ? pseudoLocale(english) : await readLocale(language);

// A fixed time keeps pictures equal between runs.
const now = Date.UTC(2026, 2, 10, 10, 42);

interface Variant {
  name: string;
  width: { popup: number; options: number; banner: number };
  colorScheme: 'light' | 'dark';
  dir?: 'rtl';
  forcedColors?: 'active';
  /** Of the person's own choice of text size. */
  textSize?: '200%';
}

interface Taken {
  name: string;
  kind: keyof Variant['width'];
  file: string;
}

const wide = { popup: 360, options: 900, banner: 480 };
const variants = (
  [
    { name: 'light', width: { ...wide, options: 1100 }, colorScheme: 'light' },
    { name: 'dark', width: wide, colorScheme: 'dark' },
    { name: 'rtl', width: wide, colorScheme: 'light', dir: 'rtl' },
    { name: 'narrow', width: { popup: 320, options: 320, banner: 320 }, colorScheme: 'light' },
    { name: 'forced', width: wide, colorScheme: 'dark', forcedColors: 'active' },
    { name: 'large', width: wide, colorScheme: 'light', textSize: '200%' },
  ] satisfies Variant[] as Variant[]
).filter(({ name }) => values.variant === '' || values.variant.split(',').includes(name));

if (variants.length === 0) refuse(usage, `No variant is named "${values.variant}".`);
const all = [...statesAt(now), ...bannerStates];
const only = new RegExp(values.only);
const states = all.filter(({ name }) => (values.store ? storeStates.includes(name) : only.test(name)));
if (states.length === 0) refuse(usage, `No state matches "${values.only}".`);

requireBrowsers(['chromium']);
// What was taken before stays beside some that are taken anew.
if (values.only === '') await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const extension = await buildWithoutBackground();
// In place of English, which every browser has.
await writeFile(join(extension, '_locales/en/messages.json'), messagesJson(words));
const context = await chromium.launchPersistentContext('', {
  executablePath: findBrowser('chromium') as string,
  chromiumSandbox: process.getuid?.() !== 0,
  args: [`--disable-extensions-except=${extension}`, `--load-extension=${extension}`, '--no-first-run'],
  reducedMotion: 'reduce',
  deviceScaleFactor: values.store ? storeSharpness : 1,
  timezoneId: 'UTC',
});
await context.clock.setFixedTime(now);
const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
const origin = `chrome-extension://${new URL(worker.url()).host}`;
const page = await context.newPage();
page.setDefaultTimeout(10_000);
const problems = new Set<string>();
let bannerWords: string | undefined;
/** Of the language. */
let direction = 'ltr';
await context.addInitScript(() => {
  if (location.hash !== '#storage-unavailable') return;
  IDBFactory.prototype.open = () => {
    throw new DOMException('Refused.', 'InvalidStateError');
  };
});
page.on('pageerror', (error) => problems.add(`page error: ${error.message}`));

// A page that opens the database, so that it is there to be filled.
const filling = await context.newPage();
await filling.goto(`${origin}/popup.html`);
await filling.waitForSelector('#app main');

const taken = new Map<string, Taken[]>(variants.map(({ name }) => [name, []]));
for (const state of states) {
  try {
    if (!('bannerState' in state)) await open(state);
  } catch (error) {
    problems.add(`${state.name}: ${error instanceof Error ? error.message : error}`);
    continue;
  }
  for (const variant of variants) {
    if ('bannerState' in state) await showBanner(state, variant);
    else await show(state, variant);
    const picture = pictureOf(state, variant.name);
    await page.screenshot({ path: join(folder, picture.file), animations: 'disabled' });
    const areColorsForced = variant.forcedColors === 'active';
    if (language !== 'pseudo') {
      const found = await page.evaluate<string[]>(`(${findProblems})(${JSON.stringify({ areColorsForced })})`);
      for (const problem of found) problems.add(`${state.name}, ${variant.name}: ${problem}`);
    } else {
      // Not by axe: with brackets around each, what is spoken of a button never has the words that stand on it.
      const unsaid = await page.evaluate(untranslated, { ...brackets, data: dataOnPages });
      for (const text of unsaid) problems.add(`${state.name}: no message says ${text}`);
    }
    taken.get(variant.name)?.push(picture);
  }
}
for (const variant of variants) {
  await sheets(context, variant, taken.get(variant.name) ?? []);
  console.log(`${variant.name}: ${states.length} states`);
}
if (values.page) {
  const pictures = all.map((state) => ({
    name: state.name,
    light: pictureOf(state, 'light').file,
    dark: pictureOf(state, 'dark').file,
  }));
  console.log(await writeStatesPage(folder, pictures));
}
if (values.store) {
  const pictures = new Map(taken.get('light')?.map(({ name, file }) => [name, join(folder, file)]));
  await drawStorePictures(context, pictures);
}
await context.close();
for (const problem of problems) console.error(problem);
console.log(`${folder}: ${problems.size} problems`);
process.exitCode = problems.size === 0 ? 0 : 1;

function pictureOf(state: State | NamedBannerState, variant: string): Taken {
  const file = `${variant}-${state.name.replaceAll(/[^a-z]+/gi, '-')}.png`;
  return { name: state.name, kind: 'bannerState' in state ? 'banner' : state.page, file };
}

/** The pages as they are shipped. Without a background that would change the rows which are to be looked at. */
async function buildWithoutBackground(): Promise<string> {
  const { chromium: extension } = await buildExtension(resolve('.output/look'));
  const bundle = await rolldown({ input: resolve('scripts/look/make-database.ts') });
  await bundle.write({ file: join(extension, 'background.js'), format: 'iife' });
  await bundle.close();
  return extension;
}

/** As the person has it before them, who has done what leads there. */
async function open(state: State): Promise<void> {
  await page.setViewportSize({ width: wide[state.page], height: 600 });
  // What is still open may write where the person is.
  await page.goto('about:blank');
  await filling.evaluate(fillDatabase, { rows: state.rows, drafts: state.drafts ?? {}, log: state.log ?? [] });
  await page.goto(`${origin}/${state.page}.html${state.isStorageUnavailable ? '#storage-unavailable' : ''}`);
  await page.waitForSelector('#app main');
  direction = await page.evaluate(() => document.documentElement.dir);
  for (const { key, values } of state.clicks ?? []) {
    const name = wholePattern(words, key, values);
    const button = page.getByRole('button', { name });
    // What opens a `details` has no role of its own.
    await button
      .or(page.locator('summary').and(page.getByLabel(name)))
      .or(page.locator('summary').filter({ hasText: name }))
      .first()
      .click();
  }
  // A button that is not to be clicked before it can have been seen.
  await page.waitForFunction(() => !document.querySelector('.primary:disabled'));
}

async function show(state: State, variant: Variant): Promise<void> {
  const width = variant.width[state.page];
  await emulate(variant);
  await page.evaluate(
    ({ dir, textSize }) => {
      document.documentElement.dir = dir;
      document.documentElement.style.fontSize = textSize;
    },
    { dir: variant.dir ?? direction, textSize: variant.textSize ?? '' },
  );
  await page.setViewportSize({ width, height: 600 });
  const height = await page.evaluate(() => document.body.scrollHeight);
  // Real popups are as high as what is in them, up to 600 px; here all of it is to be seen.
  await page.setViewportSize({ width, height });
  for (const cut of await page.evaluate(whatIsCut)) problems.add(`${state.name}, ${variant.name}: ${cut}`);
}

async function emulate({ colorScheme, forcedColors }: Variant): Promise<void> {
  await page.emulateMedia({ colorScheme, forcedColors: forcedColors ?? 'none', reducedMotion: 'reduce' });
}

/** Runs in the page: what is wider than its place. */
function whatIsCut(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  const texts = document.querySelectorAll<HTMLElement>('button,a.button,h1,h2,h3,p,dt,dd,label,legend,summary,code,li');
  const cut = [...texts].filter(
    (each) => !each.matches('.only-spoken') && each.clientWidth > 1 && each.scrollWidth > each.clientWidth + 1,
  );
  return [
    ...(scrollWidth > clientWidth ? [`${scrollWidth - clientWidth} px wider than the page`] : []),
    ...cut.map((each) => `“${each.textContent.slice(0, 40)}” is wider than its place`),
  ];
}

/** The shipped script on a page that is not ours, with the words it would be told. */
async function showBanner({ bannerState }: NamedBannerState, variant: Variant): Promise<void> {
  await emulate(variant);
  await page.setViewportSize({ width: variant.width.banner, height: 320 });
  bannerWords ??= await bundle('lib/background/account-pages/banner-content.ts');
  const content: BannerContent = await filling.evaluate(`(() => {
    ${bannerWords}
    return bundled.bannerContent(${JSON.stringify(bannerState)});
  })()`);
  await page.goto('about:blank');
  await page.setContent(
    `<!doctype html><html lang="en" dir="${variant.dir ?? content.direction}"><title>Security info</title><style>
    body { font: 16px sans-serif; margin: 24px; background: #f3f2f1; color: #111 }</style><main translate="no"><h1>Security info</h1>
    <p>These are the methods you use to sign in to your account.</p></main>`,
  );
  const told = { ...content, direction: variant.dir ?? content.direction };
  await page.evaluate(`globalThis.chrome = { runtime: {
    id: 'here', sendMessage: async () => (${JSON.stringify({ res: told })}),
    onMessage: { addListener() {}, removeListener() {} },
  } }`);
  // Its root is closed in life; here what it says is read.
  await page.evaluate(() => {
    const { attachShadow } = Element.prototype;
    Element.prototype.attachShadow = function (init) {
      return attachShadow.call(this, { ...init, mode: 'open' });
    };
  });
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
