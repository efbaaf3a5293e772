// Sign-in windows that are not finished: lost behind others (S14), and cancelled by the user (S19).

import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { connect } from '../../scripts/journey/connect.ts';
import { enable } from '../../scripts/journey/enable.ts';
import { sandboxText } from '../../scripts/journey/sandbox-text.ts';
import {
  codeByText,
  connectAndSignIn,
  enterCode,
  enterPassword,
  enterUserName,
  signIn,
} from '../../scripts/journey/sign-in.ts';
import { text } from '../../scripts/journey/text.ts';
import { expect, test } from './scenario.ts';

const startAgain = { role: 'button', name: text('sign_in.start_again') };
const cancel = { role: 'button', name: text('action.cancel') };
const nameField = { label: 'User name or phone number' };

/**
 * The extension cannot read which window is the sign-in window, so it leaves an abandoned one open. Chromium opens no second
 * one until the user has closed it.
 * @returns the next window
 */
async function nextWindow(driver: BrowserDriver, page: Surface, abandoned: Surface): Promise<Surface> {
  if (driver.name === 'chromium') {
    await page.waitForText(text('error.sign_in_window_open.title'));
    await abandoned.close();
    await page.click({ role: 'button', name: text('action.try_again') });
  } else await abandoned.close();
  return driver.signInWindow();
}

test('a first sign-in is cancelled, and started again in a new window', async ({ driver, sandbox }) => {
  const { mobileNotEnabled: employee } = sandbox.employees;
  const options = await connect(driver, sandbox);
  const signIn = { role: 'button', name: text('action.sign_in') };
  await options.click(signIn);
  const first = await driver.signInWindow();
  await first.waitFor(nameField);
  await options.click(cancel);
  await options.waitFor(signIn);
  expect(await options.has(startAgain)).toBe(false);
  expect((await options.focused())?.role, 'the focus stays at the note that the button was in').toBe('status');

  await options.click(signIn);
  const second = await nextWindow(driver, options, first);
  await second.waitFor(nameField);
  await options.click(startAgain);
  const third = await nextWindow(driver, options, second);
  await enterUserName(third, employee.userName);
  await enterPassword(third, employee);
  await third.waitForClosed();
  await options.waitForText(employee.userName);
  await options.waitForGone(text('sign_in.running'));
});

test('a step-up is started again from a reopened popup', async ({ driver, sandbox }) => {
  const { mobileNotEnabled: employee } = sandbox.employees;
  const before = await connectAndSignIn(driver, sandbox, employee);
  sandbox.control.ageSignIns(employee, 11 * 60_000);
  await enable(before);
  await before.click({ role: 'button', name: text('action.sign_in_again') });
  const first = await driver.signInWindow();
  await first.waitFor({ label: sandboxText.password });
  const reopened = await driver.openPopup();
  await reopened.click(startAgain);
  const second = await nextWindow(driver, reopened, first);
  await enterPassword(second, employee);
  await second.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(text('enable.done', { number: '+44 •••• 102' }));
});

test('a sign-in trial is started again and cancelled from a reopened popup', async ({ driver, sandbox }) => {
  const { mobileReady: employee } = sandbox.employees;
  const number = '+44 •••• 104';
  const more = { role: 'button', name: text('phones.more', { number }) };
  const tryToSignIn = { role: 'button', name: text('try.action_for', { number }) };
  const before = await connectAndSignIn(driver, sandbox, employee);
  await before.click(more);
  await before.click(tryToSignIn);
  const first = await driver.signInWindow();
  await first.waitFor(nameField);
  const reopened = await driver.openPopup();
  await reopened.click(startAgain);
  const second = await nextWindow(driver, reopened, first);
  await second.waitFor(nameField);
  const again = await driver.openPopup();
  await again.click(cancel);
  await again.waitForGone(text('sign_in.running'));

  await again.click(more);
  await again.click(tryToSignIn);
  const third = await nextWindow(driver, again, second);
  await third.waitFor(nameField);
  await third.click({ role: 'button', name: sandboxText.next });
  await enterCode(third, await codeByText(sandbox, employee.mobile));
  await third.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(text('try.done', { number }));
});

test('Cancel on the sign-in page, also in a step-up, shows that the sign-in was not finished (S19)', async ({
  driver,
  sandbox,
}) => {
  const { mobileNotEnabled } = sandbox.employees;
  const cancel = { role: 'button', name: 'Cancel' };
  const notFinished = text('error.sign_in_not_finished.title');
  await (await connect(driver, sandbox)).close();
  await (await driver.openPopup()).click({ role: 'button', name: text('action.sign_in') });
  const window = await driver.signInWindow();
  await window.click(cancel);
  await window.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(notFinished);
  await popup.waitFor({ role: 'button', name: text('action.copy_details') });
  await driver.closePopup();

  const before = await signIn(driver, mobileNotEnabled);
  await before.waitForText(text('fresh.now'));
  sandbox.control.ageSignIns(mobileNotEnabled, 11 * 60_000);
  await enable(before);
  await before.click({ role: 'button', name: text('action.sign_in_again') });
  const stepUp = await driver.signInWindow();
  await stepUp.click(cancel);
  await stepUp.waitForClosed();
  const waiting = await driver.reopenedPopup();
  await waiting.waitForText(notFinished);
  await waiting.waitForText(text('step_up.title'));
  await waiting.click({ role: 'button', name: text('action.sign_in_again') });
  const again = await driver.signInWindow();
  await enterPassword(again, mobileNotEnabled);
  await again.waitForClosed();
  await (await driver.reopenedPopup()).waitForText(text('enable.done', { number: '+44 •••• 102' }));
});

test('a sign-in page that the service does not serve has its words, and the next sign-in succeeds', async ({
  driver,
  sandbox,
}) => {
  const { mobileReady: employee } = sandbox.employees;
  const options = await connect(driver, sandbox);
  const fault = sandbox.control.fault({
    ...{ host: 'login.microsoftonline.com', path: /\/authorize$/ },
    answer: { status: 503 },
  });
  const signIn = { role: 'button', name: text('action.sign_in') };
  await options.click(signIn);
  if (driver.name === 'chromium') await options.waitForText(text('error.sign_in_page_not_loaded.title'));
  else {
    // Firefox shows the answer in the window.
    await (await driver.signInWindow()).close();
    await options.waitForText(text('error.sign_in_not_finished.title'));
  }
  expect(await options.text()).not.toContain(text('error.offline.title'));
  fault.remove();
  await options.click(signIn);
  const window = await driver.signInWindow();
  await enterUserName(window, employee.userName);
  await enterPassword(window, employee);
  await window.waitForClosed();
  await options.waitForText(employee.userName);
});
