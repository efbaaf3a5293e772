import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import {
  askToRemove,
  changes,
  confirmRemoval,
  defaultReading,
  defaultRequest,
  makeDefaultInstead,
  remove,
} from '../../scripts/journey/remove.ts';
import { connectAndSignIn, enterPassword } from '../../scripts/journey/sign-in.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { text } from '../../scripts/journey/text.ts';
import type { Employee } from '../../services/sandbox/sandbox.ts';
import { expect, test } from './scenario.ts';

const app = text('make_default.push');
const elevenMinutes = 11 * 60_000;

test.beforeEach(({ sandbox }) => sandbox.control.allowSelfDefault(true));

test('a removal that changes the default first needs one step-up for both steps', async ({ driver, sandbox }) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  const before = await connectAndSignIn(driver, sandbox, employee);
  sandbox.control.ageSignIns(employee, elevenMinutes);
  await askToRemove(before, '+44 •••• 107');
  await makeDefaultInstead(before, app);
  const popup = await signInAgain(driver, before, employee);
  await popup.waitForText(text('remove.done', { number: '+44 •••• 107' }));
  expect(changes(sandbox)).toEqual(['PATCH', 'PATCH', 'DELETE']);
});

test('a removal continues after the service worker stops between its two steps', async ({ driver, sandbox }) => {
  const before = await connectAndSignIn(driver, sandbox, sandbox.employees.defaultIsMobileWithAuthenticator);
  const held = sandbox.control.hold({ ...defaultRequest, when: 'after' });
  await askToRemove(before, '+44 •••• 107');
  await makeDefaultInstead(before, app);
  await held.arrived;
  await driver.stopBackground();
  held.drop();
  const popup = await driver.openPopup();
  await popup.waitForText(text('remove.done', { number: '+44 •••• 107' }));
  expect(changes(sandbox)).toEqual(['PATCH', 'DELETE']);
});

// The wait for an effect is also played by remove.e2e.ts and availability.e2e.ts.
test('@long a removal whose change of the default has no effect removes nothing', async ({ driver, sandbox }) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.defaultIsMobileWithAuthenticator);
  sandbox.control.ignoreWrites(1);
  await askToRemove(popup, '+44 •••• 107');
  await makeDefaultInstead(popup, app);
  await popup.waitForText(text('error.not_effective.title'));
  await popup.waitFor({ role: 'article', name: `${text('phones.type.mobile')} ${text('phones.default')}` });
  expect(changes(sandbox)).toEqual(['PATCH']);
});

test('a refused change of the default links to the page of the service, and the removal can be continued afterwards', async ({
  driver,
  sandbox,
}) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  const before = await connectAndSignIn(driver, sandbox, employee);
  sandbox.control.allowSelfDefault(false);
  await askToRemove(before, '+44 •••• 107');
  await makeDefaultInstead(before, app);
  const popup = await signInAgain(driver, before, employee);
  await popup.waitForText(specification.defaultInUse);
  await popup.waitForText(text('remove.elsewhere'));
  await popup.waitFor({ role: 'link', name: text('add.open') });
  await driver.closePopup();
  // As if changed on that page.
  sandbox.control.setDefaultMethod(employee, 'push');
  const again = await driver.openPopup();
  await again.waitForText(text('remove.can_now', { number: '+44 •••• 107' }));
  await again.click({ role: 'button', name: text('remove.action') });
  await confirmRemoval(again);
  await again.waitForText(text('remove.done', { number: '+44 •••• 107' }));
  expect(changes(sandbox)).toEqual(['PATCH', 'PATCH', 'DELETE']);
});

test('a refused removal of an unreadable default links to the page of the service', async ({ driver, sandbox }) => {
  sandbox.control.fault({ ...defaultReading, answer: { status: 403 } });
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.defaultIsMobileWithAuthenticator);
  expect(await popup.has({ role: 'article', name: text('phones.type.mobile') })).toBe(true);
  await remove(popup, '+44 •••• 107');
  await popup.waitForText(specification.defaultInUse);
  await popup.waitFor({ role: 'link', name: text('add.open') });
  await popup.waitForText(text('sms.ready'));
});

test('@long a refused removal of a number that became the default elsewhere offers another default', async ({
  driver,
  sandbox,
}) => {
  const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
  sandbox.control.setDefaultMethod(employee, 'push');
  const popup = await connectAndSignIn(driver, sandbox, employee);
  sandbox.control.setDefaultMethod(employee, 'sms');
  await remove(popup, '+44 •••• 107');
  await popup.waitForText(specification.defaultInUse);
  await popup.click({ role: 'button', name: text('remove.choose_other') });
  await makeDefaultInstead(popup, app);
  await popup.waitForText(text('remove.done', { number: '+44 •••• 107' }));
  expect(changes(sandbox)).toEqual(['DELETE', 'PATCH', 'DELETE']);
});

test('@long any phone can be made the default on its tile', async ({ driver, sandbox }) => {
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileAlternateAndOffice);
  await popup.click({ role: 'button', name: text('phones.more', { number: '+1 •••• 109' }) });
  await popup.waitForText(text('phones.purpose.office'));
  await popup.click({ role: 'button', name: text('make_default.action_for', { number: '+1 •••• 109' }) });
  await popup.click({ role: 'button', name: text('make_default.action'), within: { role: 'dialog' } });
  await popup.waitForText(text('make_default.done', { number: '+1 •••• 109' }));
  await popup.waitFor({ role: 'article', name: `${text('phones.type.office')} ${text('phones.default')}` });
  expect(changes(sandbox)).toEqual(['PATCH']);
  expect(await popup.has({ role: 'button', name: text('make_default.action_for', { number: '+1 •••• 109' }) })).toBe(
    false,
  );
});

async function signInAgain(driver: BrowserDriver, popup: Surface, employee: Employee): Promise<Surface> {
  await popup.click({ role: 'button', name: text('action.sign_in_again') });
  const window = await driver.signInWindow();
  await enterPassword(window, employee);
  await window.waitForClosed();
  return driver.reopenedPopup();
}
