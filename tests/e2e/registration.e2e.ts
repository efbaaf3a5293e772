// Registers a number with a one-time code, with interruptions. seed/ holds the registration without interruptions.

import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import {
  codeField,
  gatewayRequests,
  holdSentText,
  next,
  numberField,
  textMeACode,
  toNumberStep,
  verified,
} from '../../scripts/journey/registration.ts';
import { codeByText, enterPassword, enterUserName } from '../../scripts/journey/sign-in.ts';
import { pattern, startingWith, text } from '../../scripts/journey/text.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { expect, test } from './scenario.ts';

test.use({ furtherHosts: [gatewayHost] });

test('a number can be registered with the keyboard alone', async ({ driver, sandbox }) => {
  const { noPhoneYet } = sandbox.employees;
  const popup = await toNumberStep(driver, sandbox, noPhoneYet);
  await driver.closePopup();
  const again = await driver.openPopup();
  await again.waitFor(numberField);
  const tabTo = async (name: RegExp) => {
    for (let tabs = 0; tabs < 30; tabs += 1) {
      if (name.test((await again.focused())?.name ?? '')) return;
      await again.press('Tab');
    }
    throw new Error(`The Tab key never came to ${name}`);
  };
  await tabTo(startingWith('number.label'));
  await again.type(noPhoneYet.mobile);
  await again.press('Enter');
  await again.waitFor(codeField);
  await tabTo(startingWith('code.label'));
  await again.type(await codeByText(sandbox, noPhoneYet.mobile));
  await again.press('Enter');
  await again.waitForText(verified);
  await tabTo(startingWith('add.finish'));
  await again.press('Enter');
  await again.waitFor({ role: 'heading', name: text('phones.title') });
  expect(await popup.isClosed()).toBe(true);
});

const interruptions: Record<string, (driver: BrowserDriver) => Promise<void>> = {
  'the popup closes': (driver) => driver.closePopup(),
  'the background stops': async (driver) => {
    await driver.closePopup();
    await driver.stopBackground();
  },
  'the browser restarts': (driver) => driver.restart(),
};

for (const [name, interrupt] of Object.entries(interruptions)) {
  test(`${name} after Text me a code, and the popup reopens at the code step`, async ({ driver, sandbox }) => {
    const { noPhoneYet } = sandbox.employees;
    const popup = await toNumberStep(driver, sandbox, noPhoneYet);
    await textMeACode(popup, noPhoneYet.mobile);
    await popup.waitFor(codeField);
    await popup.fill(codeField, '12');
    await interrupt(driver);
    const again = await driver.openPopup();
    await again.waitForText(pattern('code.sent_to', { number: '+44 •••• 101' }));
    // A restart of the browser empties storage.session, and the typed text with it.
    expect(await again.value(codeField)).toBe(name === 'the browser restarts' ? '' : '12');
    await next(again, await codeByText(sandbox, noPhoneYet.mobile));
    await again.waitForText(verified);
    expect(sandbox.handsets.texts(noPhoneYet.mobile)).toHaveLength(1);
    expect(gatewayRequests(sandbox, 'PUT')).toMatchObject([{ status: 401 }, { status: 200 }]);
  });

  test(`${name} while the text message is requested, and one text message is sent`, async ({ driver, sandbox }) => {
    const { noPhoneYet } = sandbox.employees;
    const popup = await toNumberStep(driver, sandbox, noPhoneYet);
    const held = await holdSentText(popup, sandbox, noPhoneYet.mobile);
    await interrupt(driver);
    held.drop();
    const again = await driver.openPopup();
    await again.waitForText(pattern('code.sent_to', { number: '+44 •••• 101' }));
    await next(again, await codeByText(sandbox, noPhoneYet.mobile));
    await again.waitForText(verified);
    expect(sandbox.handsets.texts(noPhoneYet.mobile)).toHaveLength(1);
  });
}

test('the popup reopens with the typed number', async ({ driver, sandbox }) => {
  const popup = await toNumberStep(driver, sandbox, sandbox.employees.noPhoneYet);
  await popup.fill(numberField, '+44 7700 9001');
  await driver.closePopup();
  const again = await driver.openPopup();
  await again.waitFor(numberField);
  expect(await again.value(numberField)).toBe('+44 7700 9001');
});

test('after the answer to the text request was lost, the gateway is asked and no second text message is sent', async ({
  driver,
  sandbox,
}) => {
  const { noPhoneYet } = sandbox.employees;
  const popup = await toNumberStep(driver, sandbox, noPhoneYet);
  (await holdSentText(popup, sandbox, noPhoneYet.mobile)).drop();
  await popup.waitFor(codeField);
  await next(popup, await codeByText(sandbox, noPhoneYet.mobile));
  await popup.waitForText(verified);
  expect(sandbox.handsets.texts(noPhoneYet.mobile)).toHaveLength(1);
  // Chromium repeats an idempotent request on a broken connection: the same id, so no second text message.
  expect(new Set(gatewayRequests(sandbox, 'PUT').map(({ path }) => path)).size).toBe(1);
});

test('@long with a sign-in older than ten minutes, the text message is sent after step-up', async ({
  driver,
  sandbox,
}) => {
  const { noPhoneYet } = sandbox.employees;
  const popup = await toNumberStep(driver, sandbox, noPhoneYet);
  sandbox.control.ageSignIns(noPhoneYet, 11 * 60_000);
  await textMeACode(popup, noPhoneYet.mobile);
  await popup.click({ role: 'button', name: text('action.sign_in_again') });
  const window = await driver.signInWindow();
  if (!(await window.has({ label: 'Password' }))) await enterUserName(window, noPhoneYet.userName);
  await enterPassword(window, noPhoneYet);
  await window.waitForClosed();
  const again = await driver.reopenedPopup();
  await again.waitForText(pattern('code.sent_to', { number: '+44 •••• 101' }));
  await next(again, await codeByText(sandbox, noPhoneYet.mobile));
  await again.waitForText(verified);
  expect(sandbox.handsets.texts(noPhoneYet.mobile)).toHaveLength(1);
});
