// The extension comes with the machine: packages on an update server, policy files on the machine, and a browser that nobody
// touched. From there to the number as the user name, with no set-up by hand.

import { until } from '../../scripts/driver/until.ts';
import { openAccountPage } from '../../scripts/journey/account-page.ts';
import { enable } from '../../scripts/journey/enable.ts';
import { phoneChoice, register } from '../../scripts/journey/registration.ts';
import { enterNumberAndCode, signIn } from '../../scripts/journey/sign-in.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { startingWith, text } from '../../scripts/journey/text.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { expect, test } from './installed-by-policy.ts';

/** Where functions sent to a page of the extension run, not here. */
declare const chrome: typeof import('wxt/browser').browser;

test.use({ furtherHosts: [gatewayHost] });

test('the person opens the browser, finds it ready, registers a number, enables the first one, and signs in with it', async ({
  driver,
  sandbox,
  server,
}) => {
  const { mobileNotEnabled: employee } = sandbox.employees;
  const before = await driver.openPopup();
  // Chromium hands the configuration over some seconds after its first start.
  await before.waitForText(text('signed_out.title'));
  expect(server.requests).toContainEqual(expect.stringMatching(driver.name === 'chromium' ? /\.crx$/ : /\.xpi$/));

  const popup = await signIn(driver, employee);
  await popup.click({ role: 'button', name: specification.addMethod });
  await popup.click(phoneChoice);
  await register(popup, sandbox, '+44 7700 900131');
  await popup.waitFor({ role: 'article', name: startingWith('phones.type.alternate_mobile') });
  await popup.click({ role: 'button', name: text('add.finish') });

  await enable(popup);
  await popup.waitForText(text('enable.done', { number: '+44 •••• 102' }));
  await driver.closePopup();
  sandbox.control.endSessions(employee);
  const page = await openAccountPage(driver);
  await enterNumberAndCode(page, sandbox, employee);
  await page.waitForText(`Signed in as ${employee.userName}`);
});

test('a newer package on the server takes its place', async ({ driver, publishNewer }) => {
  await publishNewer('99.0');
  const options = await driver.openExtensionPage('options.html');
  if (driver.name === 'chromium') {
    expect(await options.evaluate(async () => (await chrome.runtime.requestUpdateCheck()).status)).toBe(
      'update_available',
    );
    await options.waitForText(text('newer_version.waits'));
    await options.click({ role: 'button', name: text('newer_version.reload') });
    await options.waitForClosed();
  } else await driver.restart();
  await until('the newer version', async () => {
    const page = await driver.openExtensionPage('options.html');
    const version = await page.evaluate(() => chrome.runtime.getManifest().version);
    await page.close();
    return version === '99.0';
  });
});
