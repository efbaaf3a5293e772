import type { Surface } from '../../scripts/driver/surface.ts';
import { enable, enableButton, enableRequest, enableRequests, smsSignInOff } from '../../scripts/journey/enable.ts';
import { connectAndSignIn } from '../../scripts/journey/sign-in.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { inOrder, oneOf, startingWith, text } from '../../scripts/journey/text.ts';
import { expect, test } from './scenario.ts';

const mobileTile = { role: 'article', name: startingWith('phones.type.mobile') };
const on = text('sms.ready');
const done = text('enable.done', { number: '+44 •••• 102' });
const lastKnown = text('fresh.stale');
const refresh = { role: 'button', name: text('fresh.refresh') };
const tryAgain = { role: 'button', name: text('action.try_again') };

test('an organization without SMS sign-in: no page has an option for it', async ({ driver, sandbox }) => {
  const { notAvailableByPolicy } = sandbox.employees;
  const popup = await connectAndSignIn(driver, sandbox, notAvailableByPolicy);
  await popup.waitForText(text('phones.not_available'));
  await noOption(popup);
  await popup.click({ role: 'button', name: text('phones.more', { number: '+44 •••• 106' }) });
  await popup.waitForText(text('phones.purpose.mobile'));
  await noOption(popup);
  const options = await driver.openExtensionPage('options.html');
  await options.waitForText(notAvailableByPolicy.userName);
  await noOption(options);
});

test('an account without a phone: the popup does not say whether SMS sign-in is available', async ({
  driver,
  sandbox,
}) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.noPhoneYet);
  await popup.waitForText(text('phones.none'));
  await popup.waitForText(text('phones.none_help'));
  await noOption(popup);
  expect(await popup.text()).not.toContain(text('sms.label'));
});

test('a number that a colleague signs in with: the popup names no one, and a second try enables it once it is free', async ({
  driver,
  sandbox,
}) => {
  const { numberInUse, mobileReady } = sandbox.employees;
  const popup = await connectAndSignIn(driver, sandbox, numberInUse);
  await popup.waitForText(text('error.number_in_use.title'));
  await popup.waitForText(text('error.number_in_use.help'));
  expect(await popup.text()).not.toContain(mobileReady.name);
  expect(await popup.has(enableButton)).toBe(false);
  await popup.click(tryAgain);
  await popup.click({ role: 'button', name: specification.enable, within: { role: 'dialog' } });
  // Only the result of a command has a close button, not the state of the number.
  await popup.waitFor({ role: 'button', name: text('action.close') });
  await popup.waitForText(text('error.number_in_use.title'));
  expect(enableRequests(sandbox)).toHaveLength(1);

  sandbox.control.removePhone(mobileReady, 'mobile');
  await popup.click(tryAgain);
  await popup.waitForText(text('enable.done', { number: '+44 •••• 104' }));
  await popup.waitForText(on);
  expect(enableRequests(sandbox)).toHaveLength(2);
});

test('@long an account with three phones: only the mobile number can sign in', async ({ driver, sandbox }) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileAlternateAndOffice);
  await popup.waitForText(
    inOrder(
      ...[text('phones.type.mobile'), '+44 •••• 109', text('phones.type.alternate_mobile'), '+44 •••• 119'],
      ...[text('phones.type.office'), '+1 •••• 109'],
    ),
  );
  await popup.waitFor({ ...enableButton, within: mobileTile });
  for (const name of [startingWith('phones.type.alternate_mobile'), startingWith('phones.type.office')]) {
    expect(await popup.has({ ...enableButton, within: { role: 'article', name } })).toBe(false);
  }
  await popup.click({ role: 'button', name: text('phones.more', { number: '+44 •••• 119' }) });
  await popup.waitForText(text('phones.purpose.alternate_mobile'));
  // The default is an app, so that no phone has the badge.
  expect(await popup.has({ role: 'article', name: new RegExp(`${text('phones.default')}$`) })).toBe(false);
});

test('@long the default sign-in method has a badge', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator } = sandbox.employees;
  const popup = await connectAndSignIn(driver, sandbox, defaultIsMobileWithAuthenticator);
  await popup.waitFor({ role: 'article', name: `${text('phones.type.mobile')} ${text('phones.default')}` });
  sandbox.control.setDefaultMethod(defaultIsMobileWithAuthenticator, 'push');
  await popup.click(refresh);
  await popup.waitFor({ role: 'article', name: text('phones.type.mobile') });
});

test('without a connection the popup shows the last known state, and it syncs when the connection is back', async ({
  driver,
  sandbox,
}) => {
  const { mobileNotEnabled } = sandbox.employees;
  const before = await connectAndSignIn(driver, sandbox, mobileNotEnabled);
  const fault = sandbox.control.fault({ host: 'graph.microsoft.com', drop: true });
  await before.click(refresh);
  await before.waitForText(text('error.offline.title'));
  await before.waitForText(lastKnown);
  await before.waitFor(mobileTile);
  const offline = await driver.openPopup();
  await offline.waitForText(text('error.offline.title'));
  await offline.waitFor(mobileTile);
  await driver.closePopup();
  fault.remove();
  sandbox.control.setSmsSignInState(mobileNotEnabled, 'ready');
  const popup = await driver.openPopup();
  await popup.waitForText(on);
  await popup.waitForGone(text('error.offline.title'));
});

test('a change that takes long shows its progress until SMS sign-in is on', async ({ driver, sandbox }) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  sandbox.control.setPropagation(3_000);
  await enable(popup);
  await popup.waitForText(text('enable.checking'));
  await popup.waitForText(text('enable.checking_help'));
  await popup.waitForText(smsSignInOff);
  await popup.waitForText(done);
  await popup.waitForText(on);
  expect(enableRequests(sandbox)).toHaveLength(1);
});

test('@long a change without effect is reported and can be tried again', async ({ driver, sandbox }) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  sandbox.control.ignoreWrites(1);
  await enable(popup);
  await popup.waitForText(text('error.not_effective.title'));
  await popup.waitForText(smsSignInOff);
  await popup.click(tryAgain);
  await popup.waitForText(done);
  await popup.waitForText(on);
  expect(enableRequests(sandbox)).toHaveLength(2);
});

test('a throttled account shows when to try again and sends no request before that time', async ({
  driver,
  sandbox,
}) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  sandbox.control.fault({ ...enableRequest, throttle: { retryAfter: 120 } });
  await enable(popup);
  await popup.waitForText(text('error.service_unavailable.title'));
  await popup.waitForText(oneOf(...['in 2 minutes', 'in 1 minute'].map((when) => text('error.later', { when }))));
  await popup.waitForText(smsSignInOff);
  expect(await popup.has(tryAgain)).toBe(false);
  expect(enableRequests(sandbox)).toHaveLength(1);
});

test('@long an answer that is not JSON is reported beside the last known state', async ({ driver, sandbox }) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileReady);
  const graph = { host: 'graph.microsoft.com', method: 'GET' };
  sandbox.control.fault({ ...graph, times: 1, answer: { status: 200, body: '<html>Sign in to the network</html>' } });
  await popup.click(refresh);
  await popup.waitForText(text('error.unexpected_answer.title'));
  await popup.waitForText(lastKnown);
  await popup.waitForText(on);
  await popup.waitFor({ role: 'button', name: text('action.copy_details') });
  await popup.click(tryAgain);
  await popup.waitForGone(lastKnown);
});

async function noOption(page: Surface): Promise<void> {
  expect(await page.has(enableButton)).toBe(false);
  expect(await page.has({ role: 'button', name: startingWith('sms.turn_off') })).toBe(false);
}
