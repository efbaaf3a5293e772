// A number that is added on the account page appears in the extension without a click.
import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { accountPage } from '../../scripts/journey/account-page.ts';
import { codeByText, connectAndSignIn } from '../../scripts/journey/sign-in.ts';
import { expect, test } from './scenario.ts';

const added = 'Your number was added.';

test('noticed when the popup opens again; the way there says what is and is not given away', async ({
  driver,
  sandbox,
}) => {
  const { noPhoneYet } = sandbox.employees;
  const before = await connectAndSignIn(driver, sandbox, noPhoneYet);
  await before.waitForText('Your account has no phone number yet.');
  const page = await toAccountPage(driver, before);
  await driver.closePopup();
  const waiting = await driver.openPopup();
  await waiting.waitForText('Waiting for your number…');
  await driver.closePopup();

  await page.click({ role: 'button', name: 'Add method' });
  await page.click({ role: 'button', name: 'Phone' });
  await page.fill({ label: 'Phone number' }, noPhoneYet.mobile);
  await page.click({ role: 'button', name: 'Text me a code' });
  await page.fill({ label: 'Code' }, await codeByText(sandbox, noPhoneYet.mobile));
  await page.click({ role: 'button', name: 'Next' });
  await page.waitForText('SMS verified. Your phone was registered successfully.');
  const popup = await driver.openPopup();
  await popup.waitForText(added);
  await popup.waitForText('+44 •••• 101');
  await popup.waitForText('On: you can sign in with this number');
  await popup.click({ role: 'button', name: 'Done' });
  await popup.waitFor({ role: 'heading', name: 'Phone numbers' });
  await popup.waitFor({ role: 'article', name: /^Mobile phone/ });
});

test('noticed on a page that is looked at meanwhile, also when the background has stopped', async ({
  driver,
  sandbox,
}) => {
  const { noPhoneYet } = sandbox.employees;
  await (await toAccountPage(driver, await connectAndSignIn(driver, sandbox, noPhoneYet))).close();
  await driver.closePopup();
  const tab = await driver.openExtensionPage('popup.html', { width: 360 });
  await tab.waitForText('Waiting for your number…');
  await driver.stopBackground();
  // Added in another browser, for instance on the phone itself.
  sandbox.control.setStateOfNewNumbers('notEnabled');
  sandbox.control.setPhone(noPhoneYet, 'mobile', noPhoneYet.mobile);
  await tab.waitForText(added);
  await tab.waitFor({ role: 'button', name: 'Enable SMS sign-in for +44 •••• 101' });
});

test('a number that is in use by a colleague is said to be, once it is added', async ({ driver, sandbox }) => {
  const { noPhoneYet, mobileReady } = sandbox.employees;
  await toAccountPage(driver, await connectAndSignIn(driver, sandbox, noPhoneYet));
  await driver.closePopup();
  sandbox.control.setPhone(noPhoneYet, 'mobile', mobileReady.mobile);
  const popup = await driver.openPopup();
  await popup.waitForText(added);
  await popup.waitForText('This number is already used to sign in by someone else in your organization.');
  expect(await popup.text()).not.toContain(mobileReady.name);
});

/** From the popup, by Add method and Phone. */
async function toAccountPage(driver: BrowserDriver, popup: Surface): Promise<Surface> {
  await popup.click({ role: 'button', name: 'Add method' });
  await popup.click({ role: 'button', name: /^Phone/ });
  // Word for word what people were promised before there was an extension.
  await popup.waitForText(
    "Registering a device gives your phone access to your organization's services and doesn't allow your organization access to your phone.",
  );
  await popup.click({ role: 'button', name: 'Open the Security info page' });
  const page = await driver.waitForPage(new RegExp(`^${accountPage}`));
  await page.waitFor({ role: 'button', name: 'Add method' });
  return page;
}
