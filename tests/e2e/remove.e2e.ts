// Removing a number, whatever comes in between; the way it goes when nothing does is in seed/.

import {
  askToRemove,
  changes,
  confirmRemoval,
  remove,
  removeQuestion,
  removeRequest,
} from '../../scripts/journey/remove.ts';
import { connectAndSignIn, enterPassword } from '../../scripts/journey/sign-in.ts';
import { expect, test } from './scenario.ts';

/** Changes may take about half a minute to show, and are looked for as long. */
const patience = { limit: 60_000 };
const elevenMinutes = 11 * 60_000;

test('a removal that takes a while to show is waited for, also with the popup closed', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  sandbox.control.setPropagation(6_000);
  const before = await connectAndSignIn(driver, sandbox, employee);
  await remove(before, '+44 •••• 107');
  await before.waitForText('Checking with your organization…');
  await driver.closePopup();
  const popup = await driver.openPopup();
  await popup.waitForText('+44 •••• 107 was removed.', patience);
  expect(changes(sandbox)).toEqual(['DELETE']);
});

test('a removal that asks for a fresh sign-in goes on by itself after it', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  const before = await connectAndSignIn(driver, sandbox, employee);
  sandbox.control.ageSignIns(employee, elevenMinutes);
  await remove(before, '+44 •••• 107');
  await before.click({ role: 'button', name: 'Sign in again' });
  const window = await driver.signInWindow();
  await enterPassword(window, employee);
  await window.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText('+44 •••• 107 was removed.');
  expect(changes(sandbox)).toEqual(['DELETE', 'DELETE']);
});

test('success without effect: the number is still there, and that is said', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  const popup = await connectAndSignIn(driver, sandbox, employee);
  sandbox.control.ignoreWrites(1);
  await remove(popup, '+44 •••• 107');
  await popup.waitForText('The change was accepted, but does not show yet.', patience);
  await popup.waitForText('On: you can sign in with this number');
  expect(changes(sandbox)).toEqual(['DELETE']);
  await popup.click({ role: 'button', name: 'Try again' });
  await popup.waitForText('+44 •••• 107 was removed.');
});

test('an answer that is lost: the truth is looked for', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  const popup = await connectAndSignIn(driver, sandbox, employee);
  sandbox.control.fault({ ...removeRequest, when: 'after', drop: true, times: 1 });
  await remove(popup, '+44 •••• 107');
  // How often it arrived is the browser's affair: Chromium itself repeats a DELETE on a connection that was cut (RFC 9110
  // §9.2.2), and the second one is answered that the number is not there.
  await popup.waitForText('+44 •••• 107 was removed.', patience);
});

test('a refusal leaves the number, and leads to the Security info page', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  const before = await connectAndSignIn(driver, sandbox, employee);
  sandbox.control.fault({ ...removeRequest, answer: { status: 403 } });
  await remove(before, '+44 •••• 107');
  await before.click({ role: 'button', name: 'Sign in again' });
  const window = await driver.signInWindow();
  await enterPassword(window, employee);
  await window.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText('Your organization does not let you change this here.');
  await popup.waitFor({ role: 'link', name: 'Open the Security info page' });
  await popup.waitForText('On: you can sign in with this number');
});

test('the last method of all: a warning of its own, and it can be removed', async ({ driver, sandbox }) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileIsOnlyMethod);
  await askToRemove(popup, '+44 •••• 108');
  await popup.waitForText("This is the last way for your organization to check that it's you.");
  await confirmRemoval(popup);
  await popup.waitForText('+44 •••• 108 was removed.');
  expect(changes(sandbox)).toEqual(['DELETE']);
  await popup.click({ role: 'button', name: 'Add it again' });
  await popup.waitFor({ role: 'heading', name: 'Add your phone number' });
});

test('a mobile with an alternate mobile beside it: explained, with the order that works', async ({
  driver,
  sandbox,
}) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileAlternateAndOffice);
  await askToRemove(popup, '+44 •••• 109');
  await popup.waitForText("A mobile phone can't be removed while there is an alternate mobile phone.");
  expect(await popup.has({ role: 'button', name: 'OK', within: removeQuestion })).toBe(false);
  await popup.click({ role: 'button', name: 'Remove the alternate mobile phone' });
  await popup.waitForText("Your organization can then no longer text or call this number to check that it's you.");
  expect(await popup.focused()).toEqual({ role: 'button', name: 'Cancel' });
  await confirmRemoval(popup);
  await popup.waitForText('+44 •••• 119 was removed.');
  await remove(popup, '+44 •••• 109');
  await popup.waitForText('+44 •••• 109 was removed.');
  await popup.waitFor({ role: 'button', name: 'Remove +1 •••• 109' });
  expect(changes(sandbox)).toEqual(['DELETE', 'DELETE']);
});

test('an alternate mobile that came meanwhile: the service refuses, and why is said', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  const popup = await connectAndSignIn(driver, sandbox, employee);
  await askToRemove(popup, '+44 •••• 107');
  sandbox.control.setPhone(employee, 'alternateMobile', '+44 7700900117');
  await confirmRemoval(popup);
  await popup.waitForText("This number can't be removed while there is an alternate mobile phone.");
  await popup.waitFor({ role: 'button', name: 'Remove +44 •••• 117' });
});

test('Lost your phone? leads to the removal', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  const popup = await connectAndSignIn(driver, sandbox, employee);
  await popup.click({ role: 'button', name: 'More about +44 •••• 107' });
  await popup.click({ role: 'button', name: 'Lost your phone?' });
  await popup.waitForText("Tell your organization's IT as well");
  await popup.click({ role: 'button', name: 'Remove the number' });
  await popup.waitFor(removeQuestion);
  expect(await popup.focused()).toEqual({ role: 'button', name: 'Cancel' });
  await confirmRemoval(popup);
  await popup.waitForText('+44 •••• 107 was removed.');
});
