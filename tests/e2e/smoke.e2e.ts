import { expect, test } from './scenario.ts';

test('the pages open', async ({ driver }) => {
  const options = await driver.openExtensionPage('options.html');
  await options.waitForText(/\S/);
  const popup = await driver.openPopup();
  await popup.waitForText(/\S/);
  await driver.closePopup();
  expect(await popup.isClosed()).toBe(true);
});

test('a visible page wakes the stopped service worker', async ({ driver }) => {
  await driver.stopBackground();
  expect(await driver.isBackgroundRunning()).toBe(false);
  const popup = await driver.openPopup();
  await popup.waitForText(/\S/);
  await expect.poll(() => driver.isBackgroundRunning()).toBe(true);
});

test('a restart keeps the profile', async ({ driver }) => {
  const before = await driver.openExtensionPage('options.html');
  await before.evaluate(() => localStorage.setItem('kept', 'yes'));
  await driver.restart();
  const after = await driver.openExtensionPage('options.html');
  expect(await after.evaluate(() => localStorage.getItem('kept'))).toBe('yes');
});
