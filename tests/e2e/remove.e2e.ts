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
import { text } from '../../scripts/journey/text.ts';
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
  await before.waitForText(text('enable.checking'));
  await driver.closePopup();
  const popup = await driver.openPopup();
  await popup.waitForText(text('remove.done', { number: '+44 •••• 107' }), patience);
  expect(changes(sandbox)).toEqual(['DELETE']);
});

test('a removal that asks for a fresh sign-in goes on by itself after it', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  const before = await connectAndSignIn(driver, sandbox, employee);
  sandbox.control.ageSignIns(employee, elevenMinutes);
  await remove(before, '+44 •••• 107');
  await before.click({ role: 'button', name: text('action.sign_in_again') });
  const window = await driver.signInWindow();
  await enterPassword(window, employee);
  await window.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(text('remove.done', { number: '+44 •••• 107' }));
  expect(changes(sandbox)).toEqual(['DELETE', 'DELETE']);
});

test('success without effect: the number is still there, and that is said', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  const popup = await connectAndSignIn(driver, sandbox, employee);
  sandbox.control.ignoreWrites(1);
  await remove(popup, '+44 •••• 107');
  await popup.waitForText(text('error.not_effective.title'), patience);
  await popup.waitForText(text('sms.ready'));
  expect(changes(sandbox)).toEqual(['DELETE']);
  await popup.click({ role: 'button', name: text('action.try_again') });
  await popup.waitForText(text('remove.done', { number: '+44 •••• 107' }));
});

test('an answer that is lost: the truth is looked for', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  const popup = await connectAndSignIn(driver, sandbox, employee);
  sandbox.control.fault({ ...removeRequest, when: 'after', drop: true, times: 1 });
  await remove(popup, '+44 •••• 107');
  // How often it arrived is the browser's affair: Chromium itself repeats a DELETE on a connection that was cut (RFC 9110
  // §9.2.2), and the second one is answered that the number is not there.
  await popup.waitForText(text('remove.done', { number: '+44 •••• 107' }), patience);
});

test('a refusal leaves the number, and leads to the Security info page', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  const before = await connectAndSignIn(driver, sandbox, employee);
  sandbox.control.fault({ ...removeRequest, answer: { status: 403 } });
  await remove(before, '+44 •••• 107');
  await before.click({ role: 'button', name: text('action.sign_in_again') });
  const window = await driver.signInWindow();
  await enterPassword(window, employee);
  await window.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(text('error.not_permitted.title'));
  await popup.waitFor({ role: 'link', name: text('add.open') });
  await popup.waitForText(text('sms.ready'));
});

test('the last method of all: a warning of its own, and it can be removed', async ({ driver, sandbox }) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileIsOnlyMethod);
  await askToRemove(popup, '+44 •••• 108');
  await popup.waitForText(text('remove.last'));
  await confirmRemoval(popup);
  await popup.waitForText(text('remove.done', { number: '+44 •••• 108' }));
  expect(changes(sandbox)).toEqual(['DELETE']);
  await popup.click({ role: 'button', name: text('remove.add_again') });
  await popup.waitFor({ role: 'heading', name: text('add.phone_title') });
});

test('a mobile with an alternate mobile beside it: explained, with the order that works', async ({
  driver,
  sandbox,
}) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileAlternateAndOffice);
  await askToRemove(popup, '+44 •••• 109');
  await popup.waitForText(text('remove.other_first'));
  expect(await popup.has({ role: 'button', name: 'OK', within: removeQuestion })).toBe(false);
  await popup.click({ role: 'button', name: text('remove.other_first_action') });
  await popup.waitForText(text('remove.no_proof'));
  expect(await popup.focused()).toEqual({ role: 'button', name: text('action.cancel') });
  await confirmRemoval(popup);
  await popup.waitForText(text('remove.done', { number: '+44 •••• 119' }));
  await remove(popup, '+44 •••• 109');
  await popup.waitForText(text('remove.done', { number: '+44 •••• 109' }));
  await popup.waitFor({ role: 'button', name: text('remove.action_for', { number: '+1 •••• 109' }) });
  expect(changes(sandbox)).toEqual(['DELETE', 'DELETE']);
});

test('an alternate mobile that came meanwhile: the service refuses, and why is said', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  const popup = await connectAndSignIn(driver, sandbox, employee);
  await askToRemove(popup, '+44 •••• 107');
  sandbox.control.setPhone(employee, 'alternateMobile', '+44 7700900117');
  await confirmRemoval(popup);
  await popup.waitForText(text('error.needs_other_removed_first.title'));
  await popup.waitFor({ role: 'button', name: text('remove.action_for', { number: '+44 •••• 117' }) });
});

test('Lost your phone? leads to the removal', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  const popup = await connectAndSignIn(driver, sandbox, employee);
  await popup.click({ role: 'button', name: text('phones.more', { number: '+44 •••• 107' }) });
  await popup.click({ role: 'button', name: text('lost_phone.action') });
  await popup.waitForText(text('lost_phone.tell'));
  await popup.click({ role: 'button', name: text('lost_phone.confirm') });
  await popup.waitFor(removeQuestion);
  expect(await popup.focused()).toEqual({ role: 'button', name: text('action.cancel') });
  await confirmRemoval(popup);
  await popup.waitForText(text('remove.done', { number: '+44 •••• 107' }));
});
