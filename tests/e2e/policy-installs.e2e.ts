// The extension comes with the machine: packages on an update server, policy files on the machine, and a browser that nobody
// touched.
import { expect, test } from './installed-by-policy.ts';

test('the person opens the browser and finds the extension there', async ({ driver, server }) => {
  const popup = await driver.openPopup();
  await popup.waitForText(/\S/);
  expect(server.requests).toContainEqual(expect.stringMatching(driver.name === 'chromium' ? /\.crx$/ : /\.xpi$/));
});
