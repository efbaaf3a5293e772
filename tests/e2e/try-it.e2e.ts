import { enable } from '../../scripts/journey/enable.ts';
import { sandboxText } from '../../scripts/journey/sandbox-text.ts';
import {
  codeByText,
  connectAndSignIn,
  enterCode,
  enterPassword,
  enterUserName,
} from '../../scripts/journey/sign-in.ts';
import { text } from '../../scripts/journey/text.ts';
import { expect, test } from './scenario.ts';

const nameField = { label: 'User name or phone number' };

test('a sign-in trial after Enable fills in the number and succeeds with its code', async ({ driver, sandbox }) => {
  const { mobileNotEnabled: employee } = sandbox.employees;
  const before = await connectAndSignIn(driver, sandbox, employee);
  await enable(before);
  await before.waitForText(text('enable.done', { number: '+44 •••• 102' }));
  await before.click({ role: 'button', name: text('try.action') });
  const window = await driver.signInWindow();
  // The session at the service must not complete the sign-in.
  await window.waitFor(nameField);
  expect(await window.value(nameField)).toBe('+447700900102');
  await window.click({ role: 'button', name: sandboxText.next });
  await enterCode(window, await codeByText(sandbox, employee.mobile));
  await window.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(text('try.done', { number: '+44 •••• 102' }));
  await popup.waitForText(text('sms.ready'));
});

test('a sign-in trial with another account stores nothing of it, and a closed window changes nothing', async ({
  driver,
  sandbox,
}) => {
  const { mobileReady: employee, mobileNotEnabled: colleague } = sandbox.employees;
  const tryToSignIn = { role: 'button', name: text('try.action_for', { number: '+44 •••• 104' }) };
  const before = await connectAndSignIn(driver, sandbox, employee);
  await before.click({ role: 'button', name: text('phones.more', { number: '+44 •••• 104' }) });
  await before.click(tryToSignIn);
  const window = await driver.signInWindow();
  await window.waitFor(nameField);
  await window.close();
  const cancelled = await driver.reopenedPopup();
  await cancelled.waitForText(text('error.sign_in_not_finished.title'));

  await cancelled.click({ role: 'button', name: text('phones.more', { number: '+44 •••• 104' }) });
  await cancelled.click(tryToSignIn);
  const second = await driver.signInWindow();
  await enterUserName(second, colleague.userName);
  await enterPassword(second, colleague);
  await second.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(text('error.account_not_allowed.title'));
  await popup.waitForText(text('try.nothing_kept'));
  await popup.waitFor({ role: 'button', name: text('action.try_again') });
  await popup.waitForText(employee.name);
  expect(await popup.text()).not.toContain(colleague.name);
  await popup.click({ role: 'button', name: text('fresh.refresh') });
  await popup.waitForText(text('fresh.now'));
});
