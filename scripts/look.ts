// Takes a picture of every state of the interface and checks its accessibility with axe.
//   npm run look [-- --only "part of a state's name|of another's" --variant light,dark --language ar]
//   npm run states     in light and dark, and writes the page of all states; with --only it keeps the other pictures
//   npm run store:pictures   the pictures for the stores
// A language is one of lib/shared/language/locales, or "pseudo" (pseudo-locale.ts), which finds text that is no message.
// Writes to .reports/states: one picture per state and variant, and sheets per variant.
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
  /** The user's text size. */
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
// With --only the other pictures stay.
if (values.only === '') await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const extension = await buildWithoutBackground();
// Replaces English, which every browser has.
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
/** Text direction of the language. */
let direction = 'ltr';
await context.addInitScript(() => {
  if (location.hash !== '#storage-unavailable') return;
  IDBFactory.prototype.open = () => {
    throw new DOMException('Refused.', 'InvalidStateError');
  };
});
page.on('pageerror', (error) => problems.add(`page error: ${error.message}`));

// A page that opens the database, so that it can be filled.
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
      // Brackets make axe report accessible names that differ from the visible text.
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

/** The pages as shipped, with a service worker that does not change the rows. */
async function buildWithoutBackground(): Promise<string> {
  const { chromium: extension } = await buildExtension(resolve('.output/look'));
  const bundle = await rolldown({ input: resolve('scripts/look/make-database.ts') });
  await bundle.write({ file: join(extension, 'background.js'), format: 'iife' });
  await bundle.close();
  return extension;
}

async function open(state: State): Promise<void> {
  await page.setViewportSize({ width: wide[state.page], height: 600 });
  // An open page may write its place.
  await page.goto('about:blank');
  await filling.evaluate(fillDatabase, { rows: state.rows, drafts: state.drafts ?? {}, log: state.log ?? [] });
  await page.goto(`${origin}/${state.page}.html${state.isStorageUnavailable ? '#storage-unavailable' : ''}`);
  await page.waitForSelector('#app main');
  direction = await page.evaluate(() => document.documentElement.dir);
  for (const { key, values } of state.clicks ?? []) {
    const name = wholePattern(words, key, values);
    const button = page.getByRole('button', { name });
    // A `summary` has no role.
    await button
      .or(page.locator('summary').and(page.getByLabel(name)))
      .or(page.locator('summary').filter({ hasText: name }))
      .first()
      .click();
  }
  // Enable is disabled until the user has had time to read the question.
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
  // The picture shows the whole page; a popup is at most 600 px high.
  await page.setViewportSize({ width, height });
  for (const cut of await page.evaluate(cutOffElements)) problems.add(`${state.name}, ${variant.name}: ${cut}`);
}

async function emulate({ colorScheme, forcedColors }: Variant): Promise<void> {
  await page.emulateMedia({ colorScheme, forcedColors: forcedColors ?? 'none', reducedMotion: 'reduce' });
}

/** Runs in the page. @returns elements whose content is cut off */
function cutOffElements(): string[] {
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

/** The shipped content script on a foreign page, with the content that the service worker would send. */
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
  // Opens the shadow root, so that its text can be read.
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

/** The pictures of a variant on sheets. */
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
