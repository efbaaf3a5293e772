// Configured account pages, and the review of numbers.
import type { Surface } from '../../scripts/driver/surface.ts';
import { until } from '../../scripts/driver/until.ts';
import { accountPageOf, bannerOn, hasBanner, offerOf, waitForNoBanner } from '../../scripts/journey/banner.ts';
import { changeRows } from '../../scripts/journey/rows.ts';
import { connectAndSignIn } from '../../scripts/journey/sign-in.ts';
import { pattern, text } from '../../scripts/journey/text.ts';
import { organizationSite } from '../../services/sandbox/account-page/other-pages.ts';
import { expect, test } from './scenario.ts';

const host = 'account.contoso.example';
const banner = text('settings.banner');
const reminder = text('settings.reminder');

const hostPattern = `https://${host}/*`;

test.use({
  sandboxOptions: { extraHosts: { [host]: organizationSite } },
  driverOptions: { optionalHost: hostPattern },
});

test('the banner appears on a configured page with host permission until the permission or the setting is removed', async ({
  driver,
  sandbox,
}) => {
  await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await driver.closePopup();
  await driver.withholdHosts();
  const options = await driver.openExtensionPage('options.html');
  const cloud = pattern('pages.permission', { pages: 'mysignins.microsoft.com, *, and *' });
  await options.waitForText(cloud);
  await options.click({ role: 'button', name: text('pages.title') });
  await options.fill({ label: text('pages.label') }, `http://${host}/profile`);
  await options.click({ role: 'button', name: text('pages.save') });
  await options.waitForText(text('pages.invalid', { address: `http://${host}/profile` }));
  await options.fill({ label: text('pages.label') }, `${host}/profile`);
  await options.click({ role: 'button', name: text('pages.save') });
  await options.waitForText(pattern('pages.permission', { pages: `*, and ${host}` }));
  await options.waitFor({ role: 'button', name: text('pages.allow') });
  const page = await driver.openPage(`https://${host}/profile/phones`);
  await page.waitFor({ role: 'heading', name: 'Intranet' });
  expect(await hasBanner(page)).toBe(false);

  await driver.allowHost(hostPattern);
  await bannerOn(page).waitForText(offerOf('02'));
  await page.evaluate(() => history.pushState(null, '', '/profiles'));
  await waitForNoBanner(page);
  await page.evaluate(() => history.pushState(null, '', '/profile'));
  await bannerOn(page).waitForText(offerOf('02'));
  await options.waitForText(cloud);

  await driver.refuseHost(hostPattern);
  await options.waitForText(host);
  await page.reload();
  await page.waitFor({ role: 'heading', name: 'Intranet' });
  expect(await hasBanner(page)).toBe(false);
  const popup = await driver.openExtensionPage('popup.html');
  await popup.waitForText(pattern('pages.permission', { pages: `*and ${host}` }));
  await popup.waitFor({ role: 'button', name: text('pages.allow') });

  await driver.allowHost('https://mysignins.microsoft.com/*');
  const account = await accountPageOf(driver);
  await bannerOn(account).waitForText(offerOf('02'));
  await options.click({ label: banner });
  await waitForNoBanner(account);
  await options.waitForGone(pattern('pages.permission'));
});

test('a number is reviewed after half a year, and the answer is kept', async ({ driver, sandbox }) => {
  await connectAndSignIn(driver, sandbox, sandbox.employees.mobileReady);
  await driver.closePopup();
  const options = await driver.openExtensionPage('options.html');
  const badge = () => options.evaluate(() => (globalThis as never as { chrome: Api }).chrome.action.getBadgeText({}));
  expect(await badge()).toBe('');
  await halfAYearLater(options);
  await driver.stopBackground();
  const popup = await driver.openPopup();
  await popup.waitForText(text('review.title', { number: '+44 •••• 104' }));
  await until('the badge to count it', async () => (await badge()) === '1');
  await popup.click({ role: 'button', name: text('review.yes') });
  await popup.waitForGone(text('review.title', { number: '+44 •••• 104' }));
  await until('the badge to go', async () => (await badge()) === '');

  await halfAYearLater(options);
  await driver.closePopup();
  await driver.stopBackground();
  // In a tab, because a popup closes when another page gets the focus.
  const again = await driver.openExtensionPage('popup.html');
  await again.click({ role: 'button', name: text('review.new_number') });
  await again.waitFor({ role: 'heading', name: text('change.title') });
  await again.click({ role: 'button', name: text('action.back') });
  await again.waitForText(text('review.title', { number: '+44 •••• 104' }));
  await options.click({ label: reminder });
  await again.waitForGone(text('review.title', { number: '+44 •••• 104' }));
});

type Api = typeof import('wxt/browser').browser;

/** Moves all confirmations half a year into the past. */
function halfAYearLater(page: Surface): Promise<void> {
  return changeRows<{ confirmedAt: number }>(page, 'confirmations', ({ confirmedAt }) => ({
    confirmedAt: confirmedAt - 181 * 24 * 3_600_000,
  }));
}
