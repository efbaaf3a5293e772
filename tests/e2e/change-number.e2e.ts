// Changes a number with a one-time code in the popup, or on the account page.

import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { accountPage } from '../../scripts/journey/account-page.ts';
import { connectWithGateway } from '../../scripts/journey/connect.ts';
import { smsSignInOff } from '../../scripts/journey/enable.ts';
import { codeField, next, numberField, textMeACode } from '../../scripts/journey/registration.ts';
import { sandboxText } from '../../scripts/journey/sandbox-text.ts';
import { codeByText, connectAndSignIn, signIn } from '../../scripts/journey/sign-in.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { pattern, startingWith, text } from '../../scripts/journey/text.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import type { Organization } from '../../services/sandbox/organization.ts';
import type { Employee } from '../../services/sandbox/sandbox.ts';
import { expect, test } from './scenario.ts';

test.use({ furtherHosts: [gatewayHost] });

const newNumber = '+44 7700 900170';
const changeButton = { role: 'button', name: startingWith('change.action_for') };

test('the old number works until the new one is verified, also after interruptions', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setStateOfNewNumbers('notEnabled');
  const popup = await toChange(driver, sandbox, employee, '+44 •••• 107');
  await popup.waitFor({ role: 'heading', name: text('change.title') });
  await popup.waitForText(text('change.old_stays', { number: '+44 •••• 107' }));
  await textMeACode(popup, employee.mobile);
  await popup.waitForText(text('error.already_registered.title'));
  await textMeACode(popup, newNumber);
  await popup.waitForText(pattern('code.sent_to', { number: '+44 •••• 170' }));
  await driver.closePopup();
  await driver.stopBackground();

  const again = await driver.openPopup();
  await again.waitFor(codeField);
  await again.click({ role: 'button', name: text('action.back') });
  await again.waitForText(text('change.open'));
  await again.waitFor({ role: 'button', name: text('remove.action_for', { number: '+44 •••• 107' }) });
  await again.waitForText(text('sms.ready'));
  await again.click({ role: 'button', name: text('add.show') });
  await next(again, await codeByText(sandbox, newNumber));
  await again.waitForText(text('change.verified'));
  await again.waitForText(text('registered.not_enabled'));
  await again.waitFor({ role: 'button', name: text('sms.enable_for', { number: '+44 •••• 170' }) });
  await again.click({ role: 'button', name: text('add.finish') });
  await again.waitFor({ role: 'heading', name: text('phones.title') });
  await again.waitFor({ role: 'button', name: text('remove.action_for', { number: '+44 •••• 170' }) });
  expect(await again.has({ role: 'button', name: text('remove.action_for', { number: '+44 •••• 107' }) })).toBe(false);
  expect(sandbox.handsets.texts(newNumber)).toHaveLength(1);
  expect(sandbox.handsets.texts(employee.mobile)[0]?.body).toContain('was changed to another number');
});

test('a new phone needs no change, and a number in use is changed with a note', async ({ driver, sandbox }) => {
  const { mobileNotEnabled: employee, mobileReady: colleague } = sandbox.employees;
  const home = await toTile(driver, sandbox, employee, '+44 •••• 102');
  await home.click({ role: 'button', name: text('new_phone.action') });
  await home.waitForText(text('new_phone.body'));
  expect(await home.focused()).toEqual({ role: 'button', name: text('action.close') });
  await home.click({ role: 'button', name: text('change.action'), within: { role: 'dialog' } });
  await textMeACode(home, colleague.mobile);
  await home.waitFor(codeField);
  await next(home, await codeByText(sandbox, colleague.mobile));
  await home.waitForText(text('change.verified'));
  await home.waitForText(text('error.number_in_use.title'));
  await home.waitForText(text('error.number_in_use.help'));
  await home.waitForText(smsSignInOff);
  await home.waitFor({ role: 'button', name: text('action.try_again') });
  await home.waitFor({ role: 'button', name: text('action.copy_details') });
  const words = await home.text();
  expect(words).not.toContain(colleague.name);
  expect(words).not.toContain(colleague.userName);
});

test('without a gateway the number is changed on the account page, and detected', async ({ driver, sandbox }) => {
  const { mobileNotEnabled: employee } = sandbox.employees;
  const popup = await connectAndSignIn(driver, sandbox, employee);
  await popup.click({ role: 'button', name: text('phones.more', { number: '+44 •••• 102' }) });
  await popup.click(changeButton);
  await popup.waitForText(text('change.old_stays', { number: '+44 •••• 102' }));
  await popup.click({ role: 'button', name: text('add.open') });
  const page = await driver.waitForPage(new RegExp(`^${accountPage}`));
  await driver.closePopup();
  await page.click({ role: 'button', name: 'Change Phone +44 7700900102' });
  await page.fill({ label: 'New phone number' }, newNumber);
  await page.click({ role: 'button', name: specification.textMeACode });
  await page.fill({ label: sandboxText.code }, await codeByText(sandbox, newNumber));
  await page.click({ role: 'button', name: sandboxText.next });
  await page.waitForText(specification.verified);
  const again = await driver.openPopup();
  await again.waitForText(text('change.registered'));
  await again.waitFor({ role: 'article', name: startingWith('phones.type.mobile') });
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
  await popup.click({ role: 'button', name: text('phones.more', { number: masked }) });
  return popup;
}

async function toChange(...[driver, sandbox, employee, masked]: Parameters<typeof toTile>): Promise<Surface> {
  const popup = await toTile(driver, sandbox, employee, masked);
  await popup.click(changeButton);
  await popup.waitFor(numberField);
  return popup;
}
