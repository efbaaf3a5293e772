import { until } from '../../scripts/driver/until.ts';
import { accountPage } from '../../scripts/journey/account-page.ts';
import {
  accountPageOf,
  bannerOn,
  enableOnBanner,
  hasBanner,
  offerOf,
  waitForNoBanner,
} from '../../scripts/journey/banner.ts';
import { connect } from '../../scripts/journey/connect.ts';
import { enable, enableRequests } from '../../scripts/journey/enable.ts';
import { changeRows } from '../../scripts/journey/rows.ts';
import { sandboxText } from '../../scripts/journey/sandbox-text.ts';
import { connectAndSignIn, enterPassword, enterUserName } from '../../scripts/journey/sign-in.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { pattern, startingWith, text } from '../../scripts/journey/text.ts';
import { expect, test } from './scenario.ts';

/** Exists in the extension page in which the functions run. */
declare const chrome: typeof import('wxt/browser').browser;

test('the banner offers the number, opens the confirmation and shows the result', async ({ driver, sandbox }) => {
  const { mobileNotEnabled } = sandbox.employees;
  await connectAndSignIn(driver, sandbox, mobileNotEnabled);
  await driver.closePopup();
  const page = await accountPageOf(driver);
  const banner = bannerOn(page);
  await banner.waitForText(offerOf('02'));
  expect(await page.focused()).toBeUndefined();

  await banner.click(enableOnBanner);
  const popup = await driver.reopenedPopup();
  await popup.waitFor({ role: 'heading', name: text('enable.title') });
  await popup.waitForText('+44 •••• 102');
  await popup.waitForText(mobileNotEnabled.userName);
  expect(enableRequests(sandbox)).toHaveLength(0);

  await popup.click({ role: 'button', name: specification.enable });
  await popup.waitForText(text('enable.done', { number: '+44 •••• 102' }));
  expect(enableRequests(sandbox)).toHaveLength(1);
  await banner.waitForText(text('banner.done', { digits: '02' }));
  await banner.click({ role: 'button', name: text('action.close') });
  await waitForNoBanner(page);

  await page.reload();
  await page.waitForText('These are the methods you use');
  expect(await hasBanner(page)).toBe(false);
});

test('the banner appears in an open tab, follows in-page navigation and shows that the number was enabled elsewhere', async ({
  driver,
  sandbox,
}) => {
  const { mobileNotEnabled } = sandbox.employees;
  const popup = await connectAndSignIn(driver, sandbox, mobileNotEnabled);
  sandbox.control.setSmsSignInState(mobileNotEnabled, 'ready');
  await popup.click({ role: 'button', name: text('fresh.refresh') });
  await popup.waitForText(text('sms.ready'));
  const options = await driver.openExtensionPage('popup.html');
  // Opened last, because timers are slow in background tabs.
  const page = await accountPageOf(driver);
  expect(await hasBanner(page)).toBe(false);

  // Only Chromium reports layout shifts; another test compares boxes.
  await page.evaluate(async () => {
    // The page's own list of methods moves what is below it. It has been painted in the second frame.
    for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
    const counted = globalThis as never as { shifts: number };
    counted.shifts = 0;
    new PerformanceObserver((list) => {
      counted.shifts += list.getEntries().length;
    }).observe({ type: 'layout-shift' });
  });
  sandbox.control.setSmsSignInState(mobileNotEnabled, 'notEnabled');
  await options.click({ role: 'button', name: text('fresh.refresh') });
  await options.waitFor({ role: 'button', name: startingWith('sms.enable_for') });
  const banner = bannerOn(page);
  await banner.waitForText(offerOf('02'));

  expect(await page.evaluate(() => (globalThis as never as { shifts: number }).shifts)).toBe(0);

  await page.click({ role: 'button', name: specification.addMethod });
  await page.waitFor({ role: 'heading', name: sandboxText.addAMethod });
  await banner.waitForText(offerOf('02'));
  await page.evaluate(() => history.pushState(null, '', '/elsewhere'));
  await waitForNoBanner(page);
  await page.evaluate(() => history.pushState(null, '', '/security-info'));
  await banner.waitForText(offerOf('02'));

  await enable(options);
  await options.waitForText(pattern('enable.done'));
  await banner.waitForText(text('banner.done', { digits: '02' }));
});

test('without an offer the account page has no content script and sends no message', async ({ driver, sandbox }) => {
  await connectAndSignIn(driver, sandbox, sandbox.employees.mobileReady);
  await driver.closePopup();
  await driver.stopBackground();
  const page = await accountPageOf(driver);
  // A message would have started it.
  expect(await driver.isBackgroundRunning()).toBe(false);
  const control = await driver.openExtensionPage('popup.html');
  const registered = await control.evaluate(() =>
    chrome.scripting.getRegisteredContentScripts().then((scripts) => scripts.length),
  );
  expect(registered).toBe(0);
  // A content script would answer.
  const answers = await control.evaluate(async (address) => {
    const tabs = await chrome.tabs.query({ url: `${address}*` });
    return Promise.all(
      tabs.map(({ id }) => chrome.tabs.sendMessage(id as number, 'phone-sign-in:refresh').catch(() => 'no answer')),
    );
  }, accountPage);
  expect(answers).toEqual(['no answer']);
  expect(await hasBanner(page)).toBe(false);
});

test('not now hides the banner, also after a reload', async ({ driver, sandbox }) => {
  await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await driver.closePopup();
  const page = await accountPageOf(driver);
  await bannerOn(page).click({ role: 'button', name: text('banner.not_now') });
  await waitForNoBanner(page);
  await page.reload();
  await page.waitForText('These are the methods you use');
  expect(await hasBanner(page)).toBe(false);
  expect(enableRequests(sandbox)).toHaveLength(0);
});

test('never hides the banner and the badge', async ({ driver, sandbox }) => {
  await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await driver.closePopup();
  const page = await accountPageOf(driver);
  const control = await driver.openExtensionPage('options.html');
  const badge = () => control.evaluate(() => chrome.action.getBadgeText({}));
  expect(await badge()).toBe('1');
  await bannerOn(page).click({ role: 'button', name: text('banner.never') });
  await waitForNoBanner(page);
  await until('the badge to go', async () => (await badge()) === '');
});

test('the banner does not cover the focused element or move the page', async ({ driver, sandbox }) => {
  await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await driver.closePopup();
  const page = await accountPageOf(driver);
  await page.setSize(320, 640);
  const banner = bannerOn(page);
  await banner.waitForText(offerOf('02'));
  const boxes = () =>
    page.evaluate(() => [...document.body.querySelectorAll('*')].map((each) => each.getBoundingClientRect().toJSON()));
  const withBanner = await boxes();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(
    true,
  );
  await page.evaluate(() => document.querySelector('html > div')?.remove());
  expect(await boxes()).toEqual(withBanner);

  await banner.waitForText(offerOf('02'));
  await page.evaluate(() => {
    const field = document.createElement('input');
    field.style.cssText = 'position: fixed; bottom: 20px; right: 20px; width: 200px';
    document.body.append(field);
    const { x, y, width, height } = field.getBoundingClientRect();
    const isCovered = document.elementFromPoint(x + width / 2, y + height / 2) !== field;
    field.focus();
    if (!isCovered) throw new Error('The banner does not cover the field.');
  });
  await until('the field to be free', () =>
    page.evaluate(() => {
      const { x, y, width, height } = (document.activeElement as HTMLElement).getBoundingClientRect();
      return document.elementFromPoint(x + width / 2, y + height / 2) === document.activeElement;
    }),
  );
  await banner.waitForText(offerOf('02'));
});

test('a user who never opened the popup gets the banner', async ({ driver, sandbox }) => {
  const { mobileNotEnabled } = sandbox.employees;
  const options = await connect(driver, sandbox);
  const page = await driver.openPage(accountPage);
  await enterUserName(page, mobileNotEnabled.userName);
  await enterPassword(page, mobileNotEnabled);
  await page.waitForText('These are the methods you use');
  expect(await hasBanner(page)).toBe(false);
  // Makes a silent sign-in due.
  await changeRows<{ connectedAt: number }>(options, 'connections', ({ connectedAt }) => ({
    connectedAt: connectedAt - 5 * 60_000,
  }));
  await driver.stopBackground();
  // Starts the service worker, since an alarm takes half a minute.
  await driver.openExtensionPage('options.html');
  await bannerOn(page).waitForText(offerOf('02'));
  expect(
    sandbox.requests.filter(({ host, path }) => host === 'login.microsoftonline.com' && /authorize/.test(path)).length,
  ).toBeGreaterThan(1);
});
