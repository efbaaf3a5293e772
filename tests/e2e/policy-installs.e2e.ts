// The extension is installed by policy from an update server, into a browser without any manual setup.

import { until } from '../../scripts/driver/until.ts';
import { openAccountPage } from '../../scripts/journey/account-page.ts';
import { enable } from '../../scripts/journey/enable.ts';
import { phoneChoice, register } from '../../scripts/journey/registration.ts';
import { enterNumberAndCode, signIn } from '../../scripts/journey/sign-in.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { startingWith, text } from '../../scripts/journey/text.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { expect, test } from './installed-by-policy.ts';

/** Global of the extension page in which evaluated functions run. */
declare const chrome: typeof import('wxt/browser').browser;

test.use({ furtherHosts: [gatewayHost] });

test('a user of a managed browser registers a number, enables another and signs in with it without setup', async ({
  driver,
  sandbox,
  server,
}) => {
  const { mobileNotEnabled: employee } = sandbox.employees;
  const before = await driver.openPopup();
  // Chromium passes the policy on some seconds after its first start.
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

test('a newer package on the update server replaces the installed one', async ({ driver, publishNewer }) => {
  const newer = '99.0';
  await publishNewer(newer);
  if (driver.installedVersion) {
    await driver.restart();
    await until('the newer version', async () => (await driver.installedVersion?.()) === newer);
    return;
  }
  const options = await driver.openExtensionPage('options.html');
  expect(await options.evaluate(async () => (await chrome.runtime.requestUpdateCheck()).status)).toBe(
    'update_available',
  );
  await options.waitForText(text('newer_version.waits'));
  await options.click({ role: 'button', name: text('newer_version.reload') });
  await options.waitForClosed();
  await until('the newer version', async () => {
    const page = await driver.openExtensionPage('options.html');
    const version = await page.evaluate(() => chrome.runtime.getManifest().version);
    await page.close();
    return version === newer;
  });
});
