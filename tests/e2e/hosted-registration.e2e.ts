import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { accountPage } from '../../scripts/journey/account-page.ts';
import { phoneChoice } from '../../scripts/journey/registration.ts';
import { sandboxText } from '../../scripts/journey/sandbox-text.ts';
import { codeByText, connectAndSignIn } from '../../scripts/journey/sign-in.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { startingWith, text } from '../../scripts/journey/text.ts';
import { expect, test } from './scenario.ts';

const added = text('add.registered');

test('a number added on the account page is noticed when the popup opens again', async ({ driver, sandbox }) => {
  const { noPhoneYet } = sandbox.employees;
  const before = await connectAndSignIn(driver, sandbox, noPhoneYet);
  await before.waitForText(text('phones.none'));
  const page = await toAccountPage(driver, before);
  await driver.closePopup();
  const waiting = await driver.openPopup();
  await waiting.waitForText(text('add.waiting'));
  await driver.closePopup();

  await page.click({ role: 'button', name: specification.addMethod });
  await page.click({ role: 'button', name: specification.phone });
  await page.fill({ label: sandboxText.phoneNumber }, noPhoneYet.mobile);
  await page.click({ role: 'button', name: specification.textMeACode });
  await page.fill({ label: sandboxText.code }, await codeByText(sandbox, noPhoneYet.mobile));
  await page.click({ role: 'button', name: sandboxText.next });
  await page.waitForText(specification.verified);
  const popup = await driver.openPopup();
  await popup.waitForText(added);
  await popup.waitForText('+44 •••• 101');
  await popup.waitForText(text('sms.ready'));
  await popup.click({ role: 'button', name: text('add.finish') });
  await popup.waitFor({ role: 'heading', name: text('phones.title') });
  await popup.waitFor({ role: 'article', name: startingWith('phones.type.mobile') });
});

test('a number added on the account page is noticed by an open page, also after the service worker has stopped', async ({
  driver,
  sandbox,
}) => {
  const { noPhoneYet } = sandbox.employees;
  await (await toAccountPage(driver, await connectAndSignIn(driver, sandbox, noPhoneYet))).close();
  await driver.closePopup();
  const tab = await driver.openExtensionPage('popup.html', { width: 360 });
  await tab.waitForText(text('add.waiting'));
  await driver.stopBackground();
  // As if added in another browser.
  sandbox.control.setStateOfNewNumbers('notEnabled');
  sandbox.control.setPhone(noPhoneYet, 'mobile', noPhoneYet.mobile);
  await tab.waitForText(added);
  await tab.waitFor({ role: 'button', name: text('sms.enable_for', { number: '+44 •••• 101' }) });
});

test('a number in use by a colleague is reported once it was added on the account page', async ({
  driver,
  sandbox,
}) => {
  const { noPhoneYet, mobileReady } = sandbox.employees;
  await toAccountPage(driver, await connectAndSignIn(driver, sandbox, noPhoneYet));
  await driver.closePopup();
  sandbox.control.setPhone(noPhoneYet, 'mobile', mobileReady.mobile);
  const popup = await driver.openPopup();
  await popup.waitForText(added);
  await popup.waitForText(text('error.number_in_use.title'));
  expect(await popup.text()).not.toContain(mobileReady.name);
});

async function toAccountPage(driver: BrowserDriver, popup: Surface): Promise<Surface> {
  await popup.click({ role: 'button', name: specification.addMethod });
  await popup.click(phoneChoice);
  await popup.waitForText(specification.reassurance);
  await popup.click({ role: 'button', name: text('add.open') });
  const page = await driver.waitForPage(new RegExp(`^${accountPage}`));
  await page.waitFor({ role: 'button', name: specification.addMethod });
  return page;
}
