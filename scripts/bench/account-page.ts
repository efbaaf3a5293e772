// Measures an account page with the extension, with an empty extension, and with an extension whose content script is as
// small as possible.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { redirectUris } from '../../lib/shared/model/extension-ids.ts';
import { type Organization, startOrganization } from '../../services/sandbox/organization.ts';
import type { BrowserName } from '../browsers.ts';
import type { BuiltExtension } from '../build.ts';
import type { BrowserDriver } from '../driver/browser-driver.ts';
import { launch } from '../driver/launch.ts';
import type { Surface } from '../driver/surface.ts';
import { until } from '../driver/until.ts';
import { accountPage, openAccountPage } from '../journey/account-page.ts';
import { accountPageOf, bannerOn, hasBanner, waitForNoBanner } from '../journey/banner.ts';
import { connectAndSignIn, enterPassword, enterUserName } from '../journey/sign-in.ts';
import { text } from '../journey/text.ts';
import { emptyExtension } from './extensions.ts';
import { counted, type Measurement } from './measurement.ts';
import { collectOwnGarbage } from './own-garbage.ts';
import { canCountMainThread, mainThreadMs } from './processes.ts';
import { type Profile, profileOfCategories, profileOfTrace, profileTable } from './profile.ts';
import { sampleOf } from './statistics.ts';

/** A fixed window, because polling the pages would add to what is measured. */
const windowMs = 1_000;

export async function measureAccountPage(
  browser: BrowserName,
  built: BuiltExtension,
  rounds: number,
): Promise<{ measurements: Measurement[]; profile: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-bench-'));
  const unpacked = { chromium: built.chromium, firefox: join(dirname(built.firefox), 'firefox-mv3') }[browser];
  const sandbox = await startOrganization({
    redirectUris: Object.values(redirectUris),
    quiet: true,
    secondFactors: 'approve',
  });
  const start = (extension: string) =>
    launch(browser, {
      extension,
      // The empty extensions open no first page.
      keepsFirstPage: extension !== built[browser],
      proxyPort: sandbox.proxyPort,
      certificateSpki: sandbox.certificate.spkiSha256Base64,
      headless: true,
    });
  const running: BrowserDriver[] = [];
  const open = async (extension: string) => {
    const driver = await start(extension);
    running.push(driver);
    return driver;
  };
  try {
    const pages = [`${new URL(accountPage).origin}/*`];
    const drivers = {
      ours: await open(built[browser]),
      without: await open(await emptyExtension(browser, unpacked, join(folder, 'empty'))),
      line: await open(await emptyExtension(browser, unpacked, join(folder, 'line'), pages)),
    };
    return await measure(browser, sandbox, drivers, rounds);
  } finally {
    await Promise.all(running.map((driver) => driver.close()));
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(
  browser: BrowserName,
  sandbox: Organization,
  { ours, without, line }: Record<'ours' | 'without' | 'line', BrowserDriver>,
  rounds: number,
): Promise<{ measurements: Measurement[]; profile: string }> {
  const { mobileNotEnabled } = sandbox.employees;
  await connectAndSignIn(ours, sandbox, mobileNotEnabled);
  await ours.closePopup();
  for (const driver of [without, line]) {
    const page = await openAccountPage(driver);
    await enterUserName(page, mobileNotEnabled.userName);
    await enterPassword(page, mobileNotEnabled);
    await page.waitForText('These are the methods you use');
    await page.close();
  }

  const series = () => ({ ours: [] as number[], without: [] as number[], line: [] as number[] });
  const thread = series();
  const shift = series();
  const open = async (name: keyof typeof thread, driver: BrowserDriver) => {
    collectOwnGarbage();
    const before = await mainThreadMs(process.pid, 'page');
    const opened = await driver.openPage(accountPage);
    await pass(windowMs);
    const spent = (await mainThreadMs(process.pid, 'page')) - before;
    // An opening whose banner came after the window does not count.
    if ((await hasBanner(opened)) === (driver !== without)) {
      thread[name].push(spent);
      shift[name].push(await opened.evaluate(layoutShift));
    } else if (driver === without) throw new Error('A page without the extension has a banner.');
    else await until(`the banner: ${name}`, () => hasBanner(opened));
    await opened.close();
  };
  const turns = [() => open('ours', ours), () => open('without', without)];
  for (const turn of turns) await turn();
  // This series only explains the others, so the measurement goes on without it.
  const toLine = () => open('line', line);
  await toLine().then(
    () => turns.push(toLine),
    () => {},
  );
  for (const list of [...Object.values(thread), ...Object.values(shift)]) list.length = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < turns.length; turn += 1) await turns[(turn + round) % turns.length]?.();
  }

  const profile = await profileTable(
    "the page's main thread",
    { 'with the banner': ours, 'with a minimal script': line, without },
    profileOf,
    3,
  );

  const offered = await accountPageOf(ours);
  await bannerOn(offered).click({ role: 'button', name: text('banner.not_now') });
  await waitForNoBanner(offered);
  await offered.close();
  const contents = async (driver: BrowserDriver) => {
    const asked = sandbox.requests.length;
    const quiet = await accountPageOf(driver);
    await pass(windowMs);
    return { requests: sandbox.requests.length - asked, ...(await quiet.evaluate(partsOf)) };
  };
  const [nothing, bare] = [await contents(ours), await contents(without)];
  const same = (what: string, unit: 'requests' | 'elements', one: number, other: number): Measurement => ({
    what: `account page with nothing to offer, ${what}`,
    browser,
    unit,
    ours: counted(one),
    control: counted(other),
    goal: { of: 'difference', most: 0 },
  });
  const measurements = [
    ...(canCountMainThread
      ? [
          {
            what: 'account page with the banner, extra main-thread time',
            browser,
            unit: 'ms',
            ours: sampleOf(thread.ours),
            control: sampleOf(thread.without),
            goal: { of: 'difference', most: 5 },
            why: 'The row of the minimal content script shows what any content script costs; the rest is its messages to the service worker and the card. The difference of two such times is uncertain by some milliseconds.',
          } satisfies Measurement,
          {
            what: 'account page with a minimal content script, main-thread time',
            browser,
            unit: 'ms',
            ours: sampleOf(thread.line),
            control: sampleOf(thread.without),
          } satisfies Measurement,
        ].filter(({ ours: { rounds } }) => rounds > 0)
      : []),
    ...(browser === 'chromium'
      ? [
          {
            what: 'account page with the banner, layout shift',
            browser,
            unit: 'shift',
            ours: sampleOf(shift.ours),
            control: sampleOf(shift.without),
            goal: { of: 'difference', most: 0 },
          } satisfies Measurement,
        ]
      : []),
    same('requests', 'requests', nothing.requests, bare.requests),
    same('elements', 'elements', nothing.elements, bare.elements),
  ];
  return { measurements, profile };
}

/** Profile of the first second of the account page. */
async function profileOf(driver: BrowserDriver): Promise<Profile> {
  collectOwnGarbage();
  let opened: Surface | undefined;
  const notes = await driver.noted(async () => {
    opened = await driver.openPage(accountPage);
    await pass(windowMs);
  });
  await opened?.close();
  return Array.isArray(notes) ? profileOfTrace(notes, 'page') : profileOfCategories(notes);
}

/** Runs in the page. Only Chromium reports layout shifts. */
async function layoutShift(): Promise<number> {
  if (!PerformanceObserver.supportedEntryTypes.includes('layout-shift')) return 0;
  return new Promise((done) => {
    let sum = 0;
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
    });
    observer.observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => done(sum), 100);
  });
}

/** Runs in the page. */
function partsOf(): { elements: number } {
  return { elements: document.querySelectorAll('*').length };
}
