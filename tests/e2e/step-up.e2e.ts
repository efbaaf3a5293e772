// A change that waits for step-up resumes after the sign-in, and can be cancelled.

import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { until } from '../../scripts/driver/until.ts';
import { enable, enableButton, enableRequest, enableRequests, smsSignInOff } from '../../scripts/journey/enable.ts';
import { sandboxText } from '../../scripts/journey/sandbox-text.ts';
import { connectAndSignIn, enterPassword, enterUserName } from '../../scripts/journey/sign-in.ts';
import { text } from '../../scripts/journey/text.ts';
import { expect, test } from './scenario.ts';

const demand = text('step_up.title');
const signInAgain = { role: 'button', name: text('action.sign_in_again') };
const elevenMinutes = 11 * 60_000;

test('a change that waits for step-up resumes after the sign-in', async ({ driver, sandbox }) => {
  const { mobileNotEnabled } = sandbox.employees;
  const before = await connectAndSignIn(driver, sandbox, mobileNotEnabled);
  sandbox.control.ageSignIns(mobileNotEnabled, elevenMinutes);
  await enable(before);
  await before.waitForText(demand);
  expect(enableRequests(sandbox)).toHaveLength(1);
  const window = await signInWindow(driver, before);
  // The login hint names the user, so only the password is asked for.
  await window.waitForText(mobileNotEnabled.userName);
  await enterPassword(window, mobileNotEnabled);
  await window.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(text('enable.done', { number: '+44 •••• 102' }));
  await popup.waitForText(text('sms.ready'));
  expect(enableRequests(sandbox)).toHaveLength(2);
});

test('@long cancelling the step-up cancels the change', async ({ driver, sandbox }) => {
  const { mobileNotEnabled } = sandbox.employees;
  const popup = await connectAndSignIn(driver, sandbox, mobileNotEnabled);
  sandbox.control.ageSignIns(mobileNotEnabled, elevenMinutes);
  await enable(popup);
  await popup.waitForText(demand);
  await popup.click({ role: 'button', name: text('action.cancel') });
  await popup.waitForGone(demand);
  await popup.waitFor(enableButton);
  await popup.waitForText(smsSignInOff);
  expect(enableRequests(sandbox)).toHaveLength(1);
});

test('closing the step-up window leaves the change waiting, with a note', async ({ driver, sandbox }) => {
  const { mobileNotEnabled } = sandbox.employees;
  const before = await connectAndSignIn(driver, sandbox, mobileNotEnabled);
  sandbox.control.ageSignIns(mobileNotEnabled, elevenMinutes);
  await enable(before);
  const window = await signInWindow(driver, before);
  await window.waitFor({ label: 'Password' });
  await window.close();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(text('error.sign_in_not_finished.title'));
  await popup.waitForText(demand);
  await popup.waitFor({ role: 'button', name: text('action.copy_details') });
  const second = await signInWindow(driver, popup);
  await enterPassword(second, mobileNotEnabled);
  await second.waitForClosed();
  await (await driver.reopenedPopup()).waitForText(text('enable.done', { number: '+44 •••• 102' }));
});

test('a denied second factor leaves the change waiting, and an approved one resumes it', async ({
  driver,
  sandbox,
}) => {
  const { mobileNotEnabled } = sandbox.employees;
  const before = await connectAndSignIn(driver, sandbox, mobileNotEnabled);
  sandbox.control.ageSignIns(mobileNotEnabled, elevenMinutes);
  sandbox.control.answerSecondFactors('by-hand');
  const answer = async (page: Surface, decision: 'approve' | 'deny') => {
    await enterPassword(page, mobileNotEnabled);
    const [prompt] = await until('the prompt on the handset', () => {
      const prompts = sandbox.handsets.approvals(mobileNotEnabled.mobile);
      return prompts.length > 0 && prompts;
    });
    expect(prompt && sandbox.handsets.answer(prompt.id, decision)).toBe(true);
    await page.waitForClosed();
  };
  await enable(before);
  await answer(await signInWindow(driver, before), 'deny');
  const denied = await driver.reopenedPopup();
  await denied.waitForText(text('error.sign_in_not_finished.title'));
  await denied.waitForText(text('sign_in.no_second_method'));
  await denied.waitForText(demand);
  expect(enableRequests(sandbox)).toHaveLength(1);
  await answer(await signInWindow(driver, denied), 'approve');
  const popup = await driver.reopenedPopup();
  await popup.waitForText(text('enable.done', { number: '+44 •••• 102' }));
  expect(enableRequests(sandbox)).toHaveLength(2);
});

test('the sign-in of another user leaves the change waiting until the own account signs in', async ({
  driver,
  sandbox,
}) => {
  const { mobileNotEnabled, mobileReady } = sandbox.employees;
  const before = await connectAndSignIn(driver, sandbox, mobileNotEnabled);
  sandbox.control.ageSignIns(mobileNotEnabled, elevenMinutes);
  await enable(before);
  const window = await signInWindow(driver, before);
  await window.click({ role: 'button', name: sandboxText.useAnotherAccount });
  await enterUserName(window, mobileReady.userName);
  await enterPassword(window, mobileReady);
  await window.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(text('error.account_not_allowed.title'));
  await popup.waitForText(demand);
  await popup.waitForText(mobileNotEnabled.name);
  await popup.waitForText(text('sign_in.expected', { user: mobileNotEnabled.name }));
  expect(await popup.text()).not.toContain(mobileReady.name);
  expect(enableRequests(sandbox)).toHaveLength(1);
  await popup.click({ role: 'button', name: text('sign_in.use_another') });
  const second = await driver.signInWindow();
  await second.click({ role: 'button', name: sandboxText.useAnotherAccount });
  await enterUserName(second, mobileNotEnabled.userName);
  await enterPassword(second, mobileNotEnabled);
  await second.waitForClosed();
  await (await driver.reopenedPopup()).waitForText(text('enable.done', { number: '+44 •••• 102' }));
});

test('@long a refusal after step-up is shown as not permitted', async ({ driver, sandbox }) => {
  const { mobileNotEnabled } = sandbox.employees;
  const before = await connectAndSignIn(driver, sandbox, mobileNotEnabled);
  sandbox.control.fault({ ...enableRequest, answer: { status: 403 } });
  await enable(before);
  const window = await signInWindow(driver, before);
  await enterPassword(window, mobileNotEnabled);
  await window.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(text('error.not_permitted.title'));
  await popup.waitForText(text('error.not_permitted.help'));
  await popup.waitFor({ role: 'link', name: text('add.open') });
  expect(await popup.has({ role: 'button', name: text('action.try_again') })).toBe(false);
  expect(enableRequests(sandbox)).toHaveLength(2);
});

async function signInWindow(driver: BrowserDriver, popup: Surface): Promise<Surface> {
  await popup.click(signInAgain);
  return driver.signInWindow();
}
