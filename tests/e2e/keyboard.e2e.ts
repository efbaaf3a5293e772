// The whole journey by keyboard alone, and what assistive technology is told at each step: in accessibility/, to be read.
// A change of what is told shows there; `npm run test:e2e -- tests/e2e/keyboard.e2e.ts --update-snapshots` writes it anew.

import type { Surface } from '../../scripts/driver/surface.ts';
import { until } from '../../scripts/driver/until.ts';
import { accountPageOf, bannerOn, waitForNoBanner } from '../../scripts/journey/banner.ts';
import { enterOn, tabTo, typeInto, waitForFocus } from '../../scripts/journey/keyboard.ts';
import { codeField, numberField, verified } from '../../scripts/journey/registration.ts';
import { codeByText, connectAndSignIn, enterPassword, enterUserName } from '../../scripts/journey/sign-in.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { expect, test } from './scenario.ts';

test.use({ furtherHosts: [gatewayHost] });

const button = <Name extends string | RegExp>(name: Name) => ({ role: 'button', name });
const mobile = '+44 •••• 101';
const office = '+1 •••• 142';

test('set up, sign in, add, enable, make default, remove', async ({ driver, sandbox }) => {
  const { noPhoneYet: employee } = sandbox.employees;
  const { tenant, gatewayOrigin } = sandbox;
  sandbox.control.setPhone(employee, 'office', '+1 2065550142');

  let popup = await driver.openPopup();
  await popup.waitFor(button('Set up'));
  await told(popup, 'first-run');
  await driver.closePopup();

  const options = await driver.openExtensionPage('options.html');
  await options.waitFor(button('Connect'));
  await told(options, 'settings');
  await enterOn(options, button('Connect'));
  await waitForFocus(options, 'textbox', 'Domain or directory (tenant) ID');
  await told(options, 'settings-missing');
  await options.type(tenant.domain);
  await typeInto(options, 'Application (client) ID', tenant.clientId);
  await enterOn(options, button('Add a verification gateway'));
  await typeInto(options, 'Address of the gateway', gatewayOrigin);
  await typeInto(options, 'Scope', tenant.gateway.scope);
  await enterOn(options, button('Connect'));
  await options.waitForText(`Connected to ${tenant.domain}.`);
  await options.close();

  popup = await driver.openPopup();
  await popup.waitFor(button('Sign in'));
  await told(popup, 'signed-out');
  await enterOn(popup, button('Sign in'));
  const window = await driver.signInWindow();
  await enterUserName(window, employee.userName);
  await enterPassword(window, employee);
  await window.waitForClosed();

  popup = await driver.reopenedPopup();
  await popup.waitFor(button(`Remove ${office}`));
  await popup.waitForText('Updated just now');
  await told(popup, 'home');

  await enterOn(popup, button('Add method'));
  await waitForFocus(popup, 'heading', 'Add a method');
  await told(popup, 'add-method');
  await enterOn(popup, button(/^Phone/));
  await waitForFocus(popup, 'heading', 'Add your phone number');
  await enterOn(popup, button('Text me a code'));
  await waitForFocus(popup, 'textbox', 'Phone number');
  await told(popup, 'number-missing');
  await popup.type('+44 7700 900101');
  await popup.waitForText("We'll text +44 7700 900101 (United Kingdom)");
  await told(popup, 'number');
  await popup.press('Enter');
  await popup.waitFor(codeField);
  await waitForFocus(popup, 'heading', 'Enter your code');
  await told(popup, 'code');
  await typeInto(popup, 'Code', '000000');
  await popup.press('Enter');
  await popup.waitForText('This code is not right.');
  await waitForFocus(popup, 'textbox', 'Code');
  await told(popup, 'code-wrong');
  for (let digits = 0; digits < 6; digits += 1) await popup.press('Backspace');
  await popup.type(await codeByText(sandbox, employee.mobile));
  await popup.press('Enter');
  await popup.waitForText(verified);
  await popup.waitFor(button('Done'));
  await told(popup, 'verified');
  await enterOn(popup, button('Done'));
  await waitForFocus(popup, 'heading', 'Phone numbers');

  sandbox.control.setSmsSignInState(employee, 'notEnabled');
  await enterOn(popup, button('Refresh'));
  const enable = button(`Enable SMS sign-in for ${mobile}`);
  await popup.waitFor(enable);
  await enterOn(popup, enable, 'Shift+Tab');
  await waitForFocus(popup, 'button', 'Enable');
  await told(popup, 'enable');
  await popup.press('Escape');
  await waitForFocus(popup, 'button', enable.name);
  await popup.press('Enter');
  await waitForFocus(popup, 'button', 'Enable');
  await popup.press('Enter');
  await waitForFocus(popup, 'article', 'Mobile phone');
  await popup.waitForText(`You can now sign in with ${mobile}.`);
  await told(popup, 'enabled');

  await enterOn(popup, button(`More about ${office}`));
  await told(popup, 'tile-open');
  await enterOn(popup, button(`Make default: ${office}`));
  await waitForFocus(popup, 'button', 'Make default');
  await told(popup, 'make-default');
  await popup.press('Enter');
  await popup.waitForText(`${office} is your default sign-in method now.`);

  await enterOn(popup, button(`Remove ${mobile}`), 'Shift+Tab');
  await waitForFocus(popup, 'button', 'Cancel');
  await told(popup, 'remove');
  await popup.press('Escape');
  await waitForFocus(popup, 'button', `Remove ${mobile}`);
  await popup.press('Enter');
  await waitForFocus(popup, 'button', 'Cancel');
  await enterOn(popup, button('OK'), 'Shift+Tab');
  await popup.waitForText(`${mobile} was removed.`);
  await waitForFocus(popup, 'heading', 'Phone numbers');
  await told(popup, 'removed');
  expect(await popup.has(numberField)).toBe(false);
});

test('from the banner to the question and back', async ({ driver, sandbox }) => {
  await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await driver.closePopup();
  const page = await accountPageOf(driver);
  const banner = bannerOn(page);
  await banner.waitFor(button('Enable'));
  await told(banner, 'banner');
  // The last before the banner, to which the focus is to return.
  await tabTo(page, button('Sign out'));
  await until('the focus to be in the banner', async () => {
    await page.press('Tab');
    return (await banner.focused())?.name === 'Enable';
  });
  await page.press('Enter');

  const popup = await driver.reopenedPopup();
  await popup.waitFor({ role: 'heading', name: 'Enable SMS sign-in?' });
  await told(popup, 'confirm');
  // Not before it can have been read.
  await until('Enable to wait no longer', () =>
    popup.evaluate(() => document.querySelector('button.primary:not(:disabled)') !== null),
  );
  await enterOn(popup, button('Enable'));
  await popup.waitForText('You can now sign in with +44 •••• 102.');
  await driver.closePopup();

  await banner.waitForText('You can now sign in with the number ending in 02.');
  await told(banner, 'banner-done');
  await until('the focus to be in the banner', async () => {
    await page.press('Tab');
    return (await banner.focused())?.name === 'Close';
  });
  await page.press('Enter');
  await waitForNoBanner(page);
  expect((await page.focused())?.role, 'the person is back on the page').toMatch(/button|link/);
});

/** Times and countdowns apart: they pass. And the address that each browser has. */
async function told(surface: Surface, step: string): Promise<void> {
  const tree = (await surface.accessibilityTree())
    .replaceAll(/\d{1,2}:\d\d(\s[AP]M)?/g, '10:42')
    .replaceAll(/https:\/\/\w+\.(chromiumapp|extensions\.allizom)\.org/g, 'https://the-browsers-own.example')
    .replaceAll(/another in \d+ seconds/g, 'another in 30 seconds');
  expect(`${tree}\n`).toMatchSnapshot(`${step}.txt`);
}
