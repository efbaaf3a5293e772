// What each employee is offered, and what is said when the service is slow, silent or refuses.
import type { Surface } from '../../scripts/driver/surface.ts';
import { enable, enableButton, enableRequest, enableRequests } from '../../scripts/journey/enable.ts';
import { connectAndSignIn } from '../../scripts/journey/sign-in.ts';
import { expect, test } from './scenario.ts';

const mobileTile = { role: 'article', name: /^Mobile phone/ };
const on = 'On: you can sign in with this number';
const off = /SMS sign-in\s+Off/;
const done = 'You can now sign in with +44 •••• 102.';
const lastKnown = 'You see what was last known.';
const refresh = { role: 'button', name: 'Refresh' };
const tryAgain = { role: 'button', name: 'Try again' };

test('not made available: no option for it on any surface', async ({ driver, sandbox }) => {
  const { notAvailableByPolicy } = sandbox.employees;
  const popup = await connectAndSignIn(driver, sandbox, notAvailableByPolicy);
  await popup.waitForText('Your organization has not made SMS sign-in available.');
  await noOption(popup);
  await popup.click({ role: 'button', name: 'More about +44 •••• 106' });
  await popup.waitForText('Your organization can text or call this number');
  await noOption(popup);
  const options = await driver.openExtensionPage('options.html');
  await options.waitForText(notAvailableByPolicy.userName);
  await noOption(options);
});

test('no phone yet: nobody can know, and nothing is promised', async ({ driver, sandbox }) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.noPhoneYet);
  await popup.waitForText('Your account has no phone number yet.');
  await popup.waitForText('Add one, and this page says whether you can sign in with it.');
  await noOption(popup);
  expect(await popup.text()).not.toContain('SMS sign-in');
});

test("a colleague's sign-in name: said without a name, and tried again once it is free", async ({
  driver,
  sandbox,
}) => {
  const { numberInUse, mobileReady } = sandbox.employees;
  const popup = await connectAndSignIn(driver, sandbox, numberInUse);
  await popup.waitForText('This number is already used to sign in by someone else in your organization.');
  await popup.waitForText("The number stays on your account, but you can't sign in with it.");
  expect(await popup.text()).not.toContain(mobileReady.name);
  expect(await popup.has(enableButton)).toBe(false);
  await popup.click(tryAgain);
  await popup.click({ role: 'button', name: 'Enable', within: { role: 'dialog' } });
  // How it ended can be closed; what only stands there cannot.
  await popup.waitFor({ role: 'button', name: 'Close' });
  await popup.waitForText('This number is already used to sign in by someone else in your organization.');
  expect(enableRequests(sandbox)).toHaveLength(1);

  sandbox.control.removePhone(mobileReady, 'mobile');
  await popup.click(tryAgain);
  await popup.waitForText('You can now sign in with +44 •••• 104.');
  await popup.waitForText(on);
  expect(enableRequests(sandbox)).toHaveLength(2);
});

test('three phones: only the mobile number signs in', async ({ driver, sandbox }) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileAlternateAndOffice);
  await popup.waitForText(
    /Mobile phone[\s\S]+\+44 •••• 109[\s\S]+Alternate mobile phone[\s\S]+\+44 •••• 119[\s\S]+Office phone[\s\S]+\+1 •••• 109/,
  );
  await popup.waitFor({ ...enableButton, within: mobileTile });
  for (const name of [/^Alternate mobile phone/, /^Office phone/]) {
    expect(await popup.has({ ...enableButton, within: { role: 'article', name } })).toBe(false);
  }
  await popup.click({ role: 'button', name: 'More about +44 •••• 119' });
  await popup.waitForText("It can't be used to sign in by text.");
  // The default is an app, which is no phone method: no badge anywhere.
  expect(await popup.has({ role: 'article', name: /Default$/ })).toBe(false);
});

test('the default sign-in method has a badge', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator } = sandbox.employees;
  const popup = await connectAndSignIn(driver, sandbox, defaultIsMobileWithAuthenticator);
  await popup.waitFor({ role: 'article', name: 'Mobile phone Default' });
  sandbox.control.setDefaultMethod(defaultIsMobileWithAuthenticator, 'push');
  await popup.click(refresh);
  await popup.waitFor({ role: 'article', name: 'Mobile phone' });
});

test('without a connection the last picture stands, and comes back to life by itself', async ({ driver, sandbox }) => {
  const { mobileNotEnabled } = sandbox.employees;
  const before = await connectAndSignIn(driver, sandbox, mobileNotEnabled);
  const fault = sandbox.control.fault({ host: 'graph.microsoft.com', drop: true });
  await before.click(refresh);
  await before.waitForText('There is no connection.');
  await before.waitForText(lastKnown);
  await before.waitFor(mobileTile);
  const offline = await driver.openPopup();
  await offline.waitForText('There is no connection.');
  await offline.waitFor(mobileTile);
  await driver.closePopup();
  fault.remove();
  sandbox.control.setSmsSignInState(mobileNotEnabled, 'ready');
  const popup = await driver.openPopup();
  await popup.waitForText(on);
  await popup.waitForGone('There is no connection.');
});

test('a change that takes its time: progress, and then On', async ({ driver, sandbox }) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  sandbox.control.setPropagation(3_000);
  await enable(popup);
  await popup.waitForText('Checking with your organization…');
  await popup.waitForText('This can take half a minute. You can close this window.');
  await popup.waitForText(off);
  await popup.waitForText(done);
  await popup.waitForText(on);
  expect(enableRequests(sandbox)).toHaveLength(1);
});

test('accepted without effect: said, and tried again', async ({ driver, sandbox }) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  sandbox.control.ignoreWrites(1);
  await enable(popup);
  await popup.waitForText('The change was accepted, but does not show yet.', { limit: 60_000 });
  await popup.waitForText(off);
  await popup.click(tryAgain);
  await popup.waitForText(done);
  await popup.waitForText(on);
  expect(enableRequests(sandbox)).toHaveLength(2);
});

test('too many requests: when to try again is said, and nothing is asked until then', async ({ driver, sandbox }) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  sandbox.control.fault({ ...enableRequest, throttle: { retryAfter: 120 } });
  await enable(popup);
  await popup.waitForText("Your organization's service does not answer at the moment.");
  await popup.waitForText(/You can try again in (2 minutes|1 minute)\./);
  await popup.waitForText(off);
  expect(await popup.has(tryAgain)).toBe(false);
  expect(enableRequests(sandbox)).toHaveLength(1);
});

test('an absurd answer is said to be one, beside what was last known', async ({ driver, sandbox }) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileReady);
  const graph = { host: 'graph.microsoft.com', method: 'GET' };
  sandbox.control.fault({ ...graph, times: 1, answer: { status: 200, body: '<html>Sign in to the network</html>' } });
  await popup.click(refresh);
  await popup.waitForText("Your organization's service gave an answer this extension does not know.");
  await popup.waitForText(lastKnown);
  await popup.waitForText(on);
  await popup.waitFor({ role: 'button', name: 'Copy details' });
  await popup.click(tryAgain);
  await popup.waitForGone(lastKnown);
});

async function noOption(page: Surface): Promise<void> {
  expect(await page.has(enableButton)).toBe(false);
  expect(await page.has({ role: 'button', name: /^Turn off SMS sign-in/ })).toBe(false);
}
