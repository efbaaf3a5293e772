// Every sentence of the page that people knew before (sentences.ts), as it is kept here.

import type { Surface } from '../../../scripts/driver/surface.ts';
import { openAccountPage } from '../../../scripts/journey/account-page.ts';
import { accountPageOf, bannerOn, offerOf } from '../../../scripts/journey/banner.ts';
import { connectWithGateway } from '../../../scripts/journey/connect.ts';
import { enableButton, enableRequests } from '../../../scripts/journey/enable.ts';
import {
  codeField,
  gatewayRequests,
  next,
  numberField,
  register,
  textMeACode,
  toNumberStep,
  verified,
} from '../../../scripts/journey/registration.ts';
import {
  askToRemove,
  changes,
  confirmRemoval,
  makeDefaultInstead,
  removeQuestion,
} from '../../../scripts/journey/remove.ts';
import { codeByText, connectAndSignIn, enterNumberAndCode, signIn } from '../../../scripts/journey/sign-in.ts';
import { gatewayHost } from '../../../services/sandbox/gateway.ts';
import { expect, test } from '../scenario.ts';
import { chapter } from './chapter.ts';
import { sentences } from './sentences.ts';

const on = 'On: you can sign in with this number';
const notAvailable = 'Your organization has not made SMS sign-in available.';
/** Of a page in a tab, so that its picture stays small. */
const inTheTable = [800, 560] as const;
const refresh = { role: 'button', name: 'Refresh' };
const question = { role: 'dialog', name: 'Enable SMS sign-in?' };

test.describe('Use your phone number as a user name', () => {
  const scenario = chapter([gatewayHost]);

  scenario('administrators', async ({ driver, sandbox }) => {
    const options = await connectWithGateway(driver, sandbox);
    await options.setSize(...inTheTable);
    await options.click({ role: 'link', name: 'For IT' });
    await options.waitFor({ role: 'link', name: 'Configure and enable users for SMS-based authentication' });
    return options;
  });

  scenario('not-available', async ({ driver, sandbox }) => {
    const { notAvailableByPolicy: employee } = sandbox.employees;
    sandbox.control.removePhone(employee, 'mobile');
    const popup = await signIn(driver, employee);
    await popup.click({ role: 'button', name: 'Add method' });
    await noOption(popup);
    await popup.click({ role: 'button', name: /^Phone/ });
    await popup.waitFor(numberField);
    await noOption(popup);
    await register(popup, sandbox, employee.mobile);
    await popup.waitForText(notAvailable);
    await noOption(popup);
    await popup.click({ role: 'button', name: 'Done' });
    await popup.waitForText(notAvailable);
    await noOption(popup);
    return popup;
  });
});

test.describe('When you have a new phone number', () => {
  const scenario = chapter([gatewayHost]);
  const further = '+44 7700 900151';
  let popup: Surface;

  scenario('normal-process', async ({ driver, sandbox }) => {
    await (await connectWithGateway(driver, sandbox)).close();
    popup = await signIn(driver, sandbox.employees.noPhoneYet);
    await popup.waitForText('Your account has no phone number yet.');
    await popup.waitFor({ role: 'button', name: 'Add method' });
    return popup;
  });

  scenario('add-method', async () => {
    await popup.click({ role: 'button', name: 'Add method' });
    await popup.waitFor({ role: 'heading', name: 'Add a method' });
    return popup;
  });

  scenario('phone', async () => {
    await popup.click({ role: 'button', name: /^Phone/ });
    await popup.waitFor(numberField);
    return popup;
  });

  scenario('reassurance', async () => {
    await popup.waitForText(sentences.reassurance.text);
    return popup;
  });

  scenario('text-me-a-code', async ({ sandbox }) => {
    await popup.fill(numberField, '+44 (0) 7700 900101');
    await popup.waitForText("We'll text +44 7700 900101 (United Kingdom)");
    expect(await popup.value(numberField), 'what was typed is never rewritten').toBe('+44 (0) 7700 900101');
    expect(sandbox.handsets.texts('+44 7700 900101')).toHaveLength(0);
    await popup.click({ role: 'button', name: 'Text me a code' });
    await popup.waitForText(/Sent to \+44 •••• 101 at \d/);
    return popup;
  });

  scenario('next', async ({ sandbox }) => {
    const code = await codeByText(sandbox, '+44 7700 900101');
    await next(popup, `${code.slice(0, 3)}-${code.slice(3)}`);
    await popup.waitForGone(codeField);
    expect(gatewayRequests(sandbox, 'PUT')).toHaveLength(1);
    return popup;
  });

  scenario('verified', async () => {
    await popup.waitForText(verified);
    await popup.waitForText('+44 •••• 101');
    await popup.waitForText(on);
    return popup;
  });

  scenario('known-issue', async ({ sandbox }) => {
    const { noPhoneYet } = sandbox.employees;
    sandbox.control.removePhone(noPhoneYet, 'mobile');
    sandbox.control.setStateOfNewNumbers('notConfigured');
    await popup.click({ role: 'button', name: 'Done' });
    await popup.click(refresh);
    await popup.waitForText('Your account has no phone number yet.');
    await popup.click({ role: 'button', name: 'Add method' });
    await popup.click({ role: 'button', name: /^Phone/ });
    await register(popup, sandbox, further);
    await popup.waitForText(/SMS sign-in\s+One step is missing/);
    await popup.waitForText('sign in with this number once to finish');
    return popup;
  });

  scenario('sign-in-to-finish', async ({ driver, sandbox }) => {
    await driver.closePopup();
    sandbox.control.endSessions(sandbox.employees.noPhoneYet);
    const page = await openAccountPage(driver);
    await enterNumberAndCode(page, sandbox, { mobile: further });
    await page.click({ role: 'button', name: 'Register this number' });
    await page.waitForText(`Signed in as ${sandbox.employees.noPhoneYet.userName}`);
    popup = await driver.openPopup();
    await popup.waitForText(on);
    return popup;
  });
});

test.describe('When the phone number is in use', () => {
  const scenario = chapter([gatewayHost]);
  let popup: Surface;

  scenario('in-use', async ({ driver, sandbox }) => {
    const { noPhoneYet, mobileReady } = sandbox.employees;
    popup = await toNumberStep(driver, sandbox, noPhoneYet);
    await textMeACode(popup, mobileReady.mobile);
    await popup.waitFor(codeField);
    expect(await popup.text(), 'whose number it is comes out only once it is proven').not.toMatch(/someone else/i);
    await next(popup, await codeByText(sandbox, mobileReady.mobile));
    await popup.waitForText('This number is already used to sign in by someone else in your organization.');
    const words = await popup.text();
    expect(words).not.toContain(mobileReady.name);
    expect(words).not.toContain(mobileReady.userName);
    return popup;
  });

  scenario('reach-out', async () => {
    await popup.waitForText("Your organization's IT can fix that; copy the details for them.");
    await popup.waitFor({ role: 'button', name: 'Copy details' });
    return popup;
  });
});

test.describe('When you have an existing number', () => {
  const scenario = chapter();
  let popup: Surface;

  scenario('becomes-available', async ({ driver, sandbox }) => {
    const { mobileNotEnabled: employee } = sandbox.employees;
    sandbox.control.setSmsSignInState(employee, 'notAllowedByPolicy');
    popup = await connectAndSignIn(driver, sandbox, employee);
    await popup.waitForText(notAvailable);
    await noOption(popup);
    sandbox.control.setSmsSignInState(employee, 'notEnabled');
    await popup.click(refresh);
    await popup.waitForText(/SMS sign-in\s+Off/);
    await popup.waitForGone(notAvailable);
    return popup;
  });

  scenario('banner', async ({ driver }) => {
    await driver.closePopup();
    const page = await accountPageOf(driver);
    const banner = bannerOn(page);
    await banner.waitForText(offerOf('02'));
    await banner.waitFor({ role: 'button', name: 'Enable' });
    await page.setSize(...inTheTable);
    return page;
  });

  scenario('tile', async ({ driver }) => {
    popup = await driver.openPopup();
    await popup.click({ role: 'button', name: 'More about +44 •••• 102' });
    await popup.waitForText("Your organization can text or call this number to check that it's you.");
    await popup.waitFor({ ...enableButton, within: { role: 'article', name: /^Mobile phone/ } });
    return popup;
  });

  scenario('select-enable', async () => {
    await popup.click(enableButton);
    await popup.waitFor(question);
    return popup;
  });

  scenario('confirm', async ({ sandbox }) => {
    const { mobileNotEnabled: employee } = sandbox.employees;
    await popup.waitFor({ role: 'button', name: 'Enable', within: question });
    await popup.waitFor({ role: 'button', name: 'Cancel', within: question });
    const words = await popup.text();
    expect(words).toContain('+44 •••• 102');
    expect(words).toContain(employee.userName);
    expect(enableRequests(sandbox)).toHaveLength(0);
    return popup;
  });

  scenario('enable', async ({ sandbox }) => {
    await popup.click({ role: 'button', name: 'Enable', within: question });
    await popup.waitForText('You can now sign in with +44 •••• 102.');
    await popup.waitForText(on);
    expect(enableRequests(sandbox)).toHaveLength(1);
    return popup;
  });
});

test.describe('When you remove your phone number', () => {
  const scenario = chapter();
  const app = 'Authenticator app';
  const number = '+44 •••• 107';
  let popup: Surface;

  scenario('delete-button', async ({ driver, sandbox }) => {
    const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
    sandbox.control.setDefaultMethod(employee, 'push');
    popup = await connectAndSignIn(driver, sandbox, employee);
    await askToRemove(popup, number);
    expect(await popup.focused()).toEqual({ role: 'button', name: 'Cancel' });
    await popup.waitForText(employee.userName);
    await popup.waitForText('You can then no longer sign in with this phone number.');
    await popup.press('Escape');
    await popup.waitForGone(removeQuestion);
    expect(await popup.focused()).toEqual({ role: 'button', name: `Remove ${number}` });
    expect(changes(sandbox)).toEqual([]);
    await askToRemove(popup, number);
    return popup;
  });

  scenario('ok', async ({ sandbox }) => {
    await confirmRemoval(popup);
    await popup.waitForText(`${number} was removed.`);
    await popup.waitForText('Your account has no phone number yet.');
    expect(await popup.focused()).toEqual({ role: 'heading', name: 'Phone numbers' });
    expect(changes(sandbox)).toEqual(['DELETE']);
    expect(await popup.has({ role: 'button', name: `Remove ${number}` })).toBe(false);
    return popup;
  });

  scenario('is-default', async ({ sandbox }) => {
    const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
    sandbox.control.setPhone(employee, 'mobile', employee.mobile);
    sandbox.control.setDefaultMethod(employee, 'sms');
    await popup.click(refresh);
    await popup.waitFor({ role: 'article', name: 'Mobile phone Default' });
    await askToRemove(popup, number);
    await popup.waitForText(sentences['is-default'].text);
    await popup.waitFor({ role: 'button', name: `Make default: ${app}`, within: removeQuestion });
    expect(await popup.has({ role: 'button', name: 'OK', within: removeQuestion })).toBe(false);
    expect(await popup.focused()).toEqual({ role: 'button', name: 'Cancel' });
    expect(changes(sandbox)).toEqual(['DELETE']);
    return popup;
  });

  scenario('change-default-first', async ({ sandbox }) => {
    sandbox.control.setPropagation(3_000);
    await makeDefaultInstead(popup, app);
    await popup.waitForText(`${app}: becoming your default sign-in method…`);
    await popup.waitForText('Then the number is removed.');
    await popup.waitForText(`${app}: your default sign-in method now`, { limit: 60_000 });
    await popup.waitForText(`${number} was removed.`, { limit: 60_000 });
    expect(changes(sandbox)).toEqual(['DELETE', 'PATCH', 'DELETE']);
    return popup;
  });
});

/** Nothing to switch on, to switch off, or to hope for. */
async function noOption(popup: Surface): Promise<void> {
  expect(await popup.has(enableButton)).toBe(false);
  expect(await popup.text()).not.toMatch(/SMS sign-in\s+(On|Off|One step)/);
}
