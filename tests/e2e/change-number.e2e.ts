// Another number in the place of one: by a code in the popup, or on the account page. Until then the old one counts.

import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { accountPage } from '../../scripts/journey/account-page.ts';
import { connectWithGateway } from '../../scripts/journey/connect.ts';
import { codeField, next, numberField, textMeACode } from '../../scripts/journey/registration.ts';
import { codeByText, connectAndSignIn, signIn } from '../../scripts/journey/sign-in.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import type { Organization } from '../../services/sandbox/organization.ts';
import type { Employee } from '../../services/sandbox/sandbox.ts';
import { expect, test } from './scenario.ts';

test.use({ furtherHosts: [gatewayHost] });

const newNumber = '+44 7700 900170';
const changeButton = { role: 'button', name: /^Change number: / };

test('Change number: the old one keeps working until the new one is verified, whatever comes between', async ({
  driver,
  sandbox,
}) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setStateOfNewNumbers('notEnabled');
  const popup = await toChange(driver, sandbox, employee, '+44 •••• 107');
  await popup.waitFor({ role: 'heading', name: 'Change your phone number' });
  await popup.waitForText('+44 •••• 107 keeps working until your new number is verified.');
  await textMeACode(popup, employee.mobile);
  await popup.waitForText('This number is already on your account.');
  await textMeACode(popup, newNumber);
  await popup.waitForText(/Sent to \+44 •••• 170 at \d/);
  await driver.closePopup();
  await driver.stopBackground();

  const again = await driver.openPopup();
  await again.waitFor(codeField);
  await again.click({ role: 'button', name: 'Back' });
  await again.waitForText('You are changing a phone number.');
  await again.waitFor({ role: 'button', name: 'Remove +44 •••• 107' });
  await again.waitForText('On: you can sign in with this number');
  await again.click({ role: 'button', name: 'Show' });
  await next(again, await codeByText(sandbox, newNumber));
  await again.waitForText('SMS verified. Your phone number was changed.');
  await again.waitForText('To sign in with this number, enable SMS sign-in for it.');
  await again.waitFor({ role: 'button', name: 'Enable SMS sign-in for +44 •••• 170' });
  await again.click({ role: 'button', name: 'Done' });
  await again.waitFor({ role: 'heading', name: 'Phone numbers' });
  await again.waitFor({ role: 'button', name: 'Remove +44 •••• 170' });
  expect(await again.has({ role: 'button', name: 'Remove +44 •••• 107' })).toBe(false);
  expect(sandbox.handsets.texts(newNumber)).toHaveLength(1);
  expect(sandbox.handsets.texts(employee.mobile)[0]?.body).toContain('was changed to another number');
});

test('a new phone needs nothing; a number in use is changed all the same, and that is said', async ({
  driver,
  sandbox,
}) => {
  const { mobileNotEnabled: employee, mobileReady: colleague } = sandbox.employees;
  const home = await toTile(driver, sandbox, employee, '+44 •••• 102');
  await home.click({ role: 'button', name: 'I have a new phone' });
  await home.waitForText('Then there is nothing to do here.');
  expect(await home.focused()).toEqual({ role: 'button', name: 'Close' });
  await home.click({ role: 'button', name: 'Change number', within: { role: 'dialog' } });
  await textMeACode(home, colleague.mobile);
  await home.waitFor(codeField);
  await next(home, await codeByText(sandbox, colleague.mobile));
  await home.waitForText('SMS verified. Your phone number was changed.');
  await home.waitForText('This number is already used to sign in by someone else in your organization.');
  await home.waitForText("The number stays on your account, but you can't sign in with it.");
  await home.waitForText(/SMS sign-in\s+Off/);
  await home.waitFor({ role: 'button', name: 'Try again' });
  await home.waitFor({ role: 'button', name: 'Copy details' });
  const words = await home.text();
  expect(words).not.toContain(colleague.name);
  expect(words).not.toContain(colleague.userName);
});

test('without a gateway it is changed on the account page, and noticed', async ({ driver, sandbox }) => {
  const { mobileNotEnabled: employee } = sandbox.employees;
  const popup = await connectAndSignIn(driver, sandbox, employee);
  await popup.click({ role: 'button', name: 'More about +44 •••• 102' });
  await popup.click(changeButton);
  await popup.waitForText('+44 •••• 102 keeps working until your new number is verified.');
  await popup.click({ role: 'button', name: 'Open the Security info page' });
  const page = await driver.waitForPage(new RegExp(`^${accountPage}`));
  await driver.closePopup();
  await page.click({ role: 'button', name: 'Change Phone +44 7700900102' });
  await page.fill({ label: 'New phone number' }, newNumber);
  await page.click({ role: 'button', name: 'Text me a code' });
  await page.fill({ label: 'Code' }, await codeByText(sandbox, newNumber));
  await page.click({ role: 'button', name: 'Next' });
  await page.waitForText('SMS verified. Your phone was registered successfully.');
  const again = await driver.openPopup();
  await again.waitForText('Your number was changed.');
  await again.waitFor({ role: 'article', name: /^Mobile phone/ });
  await again.waitForText('+44 •••• 170');
});

async function toTile(
  driver: BrowserDriver,
  sandbox: Organization,
  employee: Employee,
  masked: string,
): Promise<Surface> {
  await (await connectWithGateway(driver, sandbox)).close();
  const popup = await signIn(driver, employee);
  await popup.click({ role: 'button', name: `More about ${masked}` });
  return popup;
}

async function toChange(...[driver, sandbox, employee, masked]: Parameters<typeof toTile>): Promise<Surface> {
  const popup = await toTile(driver, sandbox, employee, masked);
  await popup.click(changeButton);
  await popup.waitFor(numberField);
  return popup;
}
