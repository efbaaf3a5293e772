// Host permissions that the user takes away in the settings of the browser while the extension runs.
import { accountPageOf, bannerOn, hasBanner, offerOf } from '../../scripts/journey/banner.ts';
import { enable, enableRequests } from '../../scripts/journey/enable.ts';
import { connectAndSignIn } from '../../scripts/journey/sign-in.ts';
import { pattern, text } from '../../scripts/journey/text.ts';
import { expect, test } from './scenario.ts';

test('@long case 83: without host permissions the pages say which pages are missing, Enable works, and the banner returns with its permission', async ({
  driver,
  sandbox,
}) => {
  await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await driver.closePopup();
  const page = await accountPageOf(driver);
  await bannerOn(page).waitForText(offerOf('02'));

  const options = await driver.openExtensionPage('options.html');
  await driver.withholdHosts();
  await options.waitForText(pattern('pages.permission', { pages: 'mysignins.microsoft.com, *, and *' }));
  await options.waitFor({ role: 'button', name: text('pages.allow') });
  await page.reload();
  await page.waitForText('These are the methods you use');
  expect(await hasBanner(page)).toBe(false);

  await driver.allowHost('https://mysignins.microsoft.com/*');
  await bannerOn(page).waitForText(offerOf('02'));
  await options.waitForText(pattern('pages.permission', { pages: 'myaccount.microsoft.com and *' }));

  // The other hosts, Graph among them, are still withheld.
  const popup = await driver.openExtensionPage('popup.html');
  await enable(popup);
  await popup.waitForText(text('enable.done', { number: '+44 •••• 102' }));
  expect(enableRequests(sandbox)).toHaveLength(1);
});
