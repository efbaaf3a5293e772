// The undisturbed removal is in seed/.

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

const elevenMinutes = 11 * 60_000;

test('@long a removal that takes long is shown once it has effect, also if the popup was closed', async ({
  driver,
  sandbox,
}) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  sandbox.control.setPropagation(6_000);
  const before = await connectAndSignIn(driver, sandbox, employee);
  await remove(before, '+44 •••• 107');
  await before.waitForText(text('enable.checking'));
  await driver.closePopup();
  const popup = await driver.openPopup();
  await popup.waitForText(text('remove.done', { number: '+44 •••• 107' }));
  expect(changes(sandbox)).toEqual(['DELETE']);
});

test('a removal that needs step-up continues after the sign-in', async ({ driver, sandbox }) => {
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

test('@long a removal without effect is reported, and the number stays', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  const popup = await connectAndSignIn(driver, sandbox, employee);
  sandbox.control.ignoreWrites(1);
  await remove(popup, '+44 •••• 107');
  await popup.waitForText(text('error.not_effective.title'));
  await popup.waitForText(text('sms.ready'));
  expect(changes(sandbox)).toEqual(['DELETE']);
  await popup.click({ role: 'button', name: text('action.try_again') });
  await popup.waitForText(text('remove.done', { number: '+44 •••• 107' }));
});

test('@long a removal whose answer is lost is settled by reading again', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  const popup = await connectAndSignIn(driver, sandbox, employee);
  sandbox.control.fault({ ...removeRequest, when: 'after', drop: true, times: 1 });
  await remove(popup, '+44 •••• 107');
  // Chromium repeats a DELETE on a connection that was cut (RFC 9110 §9.2.2).
  await popup.waitForText(text('remove.done', { number: '+44 •••• 107' }));
});

test('a refused removal keeps the number and links to the Security info page', async ({ driver, sandbox }) => {
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

test('the last method can be removed after a warning', async ({ driver, sandbox }) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileIsOnlyMethod);
  await askToRemove(popup, '+44 •••• 108');
  await popup.waitForText(text('remove.last'));
  await confirmRemoval(popup);
  await popup.waitForText(text('remove.done', { number: '+44 •••• 108' }));
  expect(changes(sandbox)).toEqual(['DELETE']);
  await popup.click({ role: 'button', name: text('remove.add_again') });
  await popup.waitFor({ role: 'heading', name: text('add.phone_title') });
});

test('a mobile number with an alternate number can be removed after the alternate number', async ({
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

test('@long a removal that the service refuses because of a new alternate number explains the reason', async ({
  driver,
  sandbox,
}) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  const popup = await connectAndSignIn(driver, sandbox, employee);
  await askToRemove(popup, '+44 •••• 107');
  sandbox.control.setPhone(employee, 'alternateMobile', '+44 7700900117');
  await confirmRemoval(popup);
  await popup.waitForText(text('error.needs_other_removed_first.title'));
  await popup.waitFor({ role: 'button', name: text('remove.action_for', { number: '+44 •••• 117' }) });
});

test('the lost-phone dialog leads to the removal', async ({ driver, sandbox }) => {
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
