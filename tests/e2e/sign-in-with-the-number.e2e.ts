import { openAccountPage } from '../../scripts/journey/account-page.ts';
import { connect } from '../../scripts/journey/connect.ts';
import { enable, enableButton, enableRequests, smsSignInOff } from '../../scripts/journey/enable.ts';
import { connectAndSignIn, enterNumberAndCode } from '../../scripts/journey/sign-in.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { text } from '../../scripts/journey/text.ts';
import { expect, test } from './scenario.ts';

test('an enabled number signs in to the extension', async ({ driver, sandbox }) => {
  const { mobileReady } = sandbox.employees;
  await (await connect(driver, sandbox)).close();
  await (await driver.openPopup()).click({ role: 'button', name: text('action.sign_in') });
  const window = await driver.signInWindow();
  await enterNumberAndCode(window, sandbox, mobileReady);
  await window.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(mobileReady.name);
  await popup.waitForText(text('sms.ready'));
  expect(await popup.has(enableButton)).toBe(false);
});

test('a number signs in to the account page after it was enabled, and not before', async ({ driver, sandbox }) => {
  const { mobileNotEnabled } = sandbox.employees;
  const popup = await connectAndSignIn(driver, sandbox, mobileNotEnabled);
  await popup.waitForText(smsSignInOff);
  sandbox.control.endSessions(mobileNotEnabled);
  await driver.closePopup();
  const before = await openAccountPage(driver);
  await before.fill({ label: 'User name or phone number' }, mobileNotEnabled.mobile);
  await before.click({ role: 'button', name: specification.next });
  await before.waitForText('This phone number is not enabled for SMS sign-in.');
  await before.close();

  const again = await driver.openPopup();
  await enable(again);
  await again.waitForText(text('enable.done', { number: '+44 •••• 102' }));
  await again.waitForText(text('sms.ready'));
  await driver.closePopup();
  const after = await openAccountPage(driver);
  await enterNumberAndCode(after, sandbox, mobileNotEnabled);
  await after.waitForText(`Signed in as ${mobileNotEnabled.userName}`);
  expect(enableRequests(sandbox)).toHaveLength(1);
});

test('a number with a missing step is finished by a sign-in with it', async ({ driver, sandbox }) => {
  const { mobileNotConfigured } = sandbox.employees;
  const popup = await connectAndSignIn(driver, sandbox, mobileNotConfigured);
  await popup.waitForText(text('sms.not_configured'));
  await enable(popup);
  await popup.waitForText(text('enable.unfinished'));
  await popup.waitForText(text('enable.unfinished_help', { number: '+44 •••• 103' }));
  sandbox.control.endSessions(mobileNotConfigured);
  await driver.closePopup();
  const page = await openAccountPage(driver);
  await enterNumberAndCode(page, sandbox, mobileNotConfigured);
  await page.click({ role: 'button', name: 'Register this number' });
  await page.waitForText(`Signed in as ${mobileNotConfigured.userName}`);

  const again = await driver.openPopup();
  await again.waitForText(text('sms.ready'));
  await again.waitForGone(text('enable.unfinished'));
  expect(await again.has(enableButton)).toBe(false);
});
