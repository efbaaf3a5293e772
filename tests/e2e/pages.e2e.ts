// How the pages behave for whoever uses them: what is typed stays, focus goes where it is needed, the keyboard suffices.

import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { fillDatabase } from '../../scripts/look/fill-database.ts';
import { statesAt } from '../../scripts/look/states.ts';
import { expect, test } from './scenario.ts';

const tenant = { label: 'Domain or directory (tenant) ID' };
const clientId = { label: 'Application (client) ID' };

test('what is missing is said at its field, which takes the focus', async ({ driver }) => {
  const options = await driver.openExtensionPage('options.html');
  await options.click({ role: 'button', name: 'Connect' });
  await options.waitForText("Enter your organization's domain or directory ID.");
  expect(await options.focused()).toMatchObject({ role: 'textbox', name: 'Domain or directory (tenant) ID' });
  await options.fill(tenant, 'contoso.example');
  await options.fill(clientId, 'not an id');
  await options.press('Enter');
  await options.waitForText('An application ID has 32 digits and letters in five groups');
  expect(await options.focused()).toMatchObject({ role: 'textbox', name: 'Application (client) ID' });
  expect(await options.value(clientId)).toBe('not an id');
});

test('what was typed is there when the page is opened again', async ({ driver }) => {
  const before = await driver.openExtensionPage('options.html');
  await before.fill(tenant, 'contoso.example');
  await before.choose({ label: 'Cloud' }, 'US Government (DoD)');
  await before.close();
  const after = await driver.openExtensionPage('options.html');
  await after.waitFor(tenant);
  expect(await after.value(tenant)).toBe('contoso.example');
  expect(await after.value({ label: 'Cloud' })).toBe('usgovdod');
});

test('the popup reopens where it was', async ({ driver }) => {
  const before = await popupShowing(driver, 'add, choice');
  await before.click({ role: 'button', name: /^Phone/ });
  await before.waitForText("doesn't allow your organization access to your phone");
  await before.close();
  const after = await driver.openExtensionPage('popup.html', { width: 360 });
  await after.waitFor({ role: 'heading', name: 'Add your phone number' });
  await after.click({ role: 'button', name: 'Back' });
  await after.click({ role: 'button', name: 'Back' });
  await after.waitFor({ role: 'heading', name: 'Phone numbers' });
  expect(await after.focused()).toEqual({ role: 'heading', name: 'Phone numbers' });
});

test('the question before Enable: Esc leaves everything as it is, and focus returns', async ({ driver }) => {
  const enable = { role: 'button', name: 'Enable SMS sign-in for +44 •••• 982' };
  const dialog = { role: 'dialog', name: 'Enable SMS sign-in?' };
  const popup = await popupShowing(driver, 'not enabled');
  await popup.click(enable);
  await popup.waitFor(dialog);
  expect(await popup.focused()).toEqual({ role: 'button', name: 'Enable' });
  await popup.press('Escape');
  await popup.waitForGone(dialog);
  expect(await popup.focused()).toEqual(enable);
  await popup.press('Enter');
  await popup.waitFor(dialog);
  await popup.press('Tab');
  await popup.press('Enter');
  await popup.waitForGone(dialog);
  await popup.waitFor(enable);
});

test('after Enable the tile has the focus and says how it is getting on', async ({ driver }) => {
  const popup = await popupShowing(driver, 'not enabled');
  await popup.click({ role: 'button', name: 'Enable SMS sign-in for +44 •••• 982' });
  await popup.click({ role: 'button', name: 'Enable' });
  expect(await popup.focused()).toEqual({ role: 'article', name: 'Mobile phone' });
  // The state's organization is not the sandbox's: it may end before it is seen to run, and cannot end well.
  await popup.waitForText(/Turning on…|You were signed out before this was done|is not set up correctly/);
});

test('the question before turning off: the safe choice has the focus', async ({ driver }) => {
  const popup = await popupShowing(driver, 'ready, open');
  await popup.click({ role: 'button', name: 'More about +44 •••• 982' });
  await popup.click({ role: 'button', name: 'Turn off SMS sign-in for +44 •••• 982' });
  await popup.waitFor({ role: 'dialog', name: 'Turn off SMS sign-in?' });
  expect(await popup.focused()).toEqual({ role: 'button', name: 'Cancel' });
});

test('who no longer waits for a number is not told about it any more', async ({ driver }) => {
  const popup = await popupShowing(driver, 'add, waiting');
  await popup.click({ role: 'button', name: 'Stop waiting' });
  await popup.waitFor({ role: 'heading', name: 'Phone numbers' });
  await popup.waitForGone('Waiting for your number…');
});

const number = { label: 'Phone number' };
const country = { label: 'Country' };
const code = { label: 'Code' };

test('a number is typed in any format and stays as it is typed; its country is seen before anything is sent', async ({
  driver,
}) => {
  const before = await popupShowing(driver, 'number, empty');
  await before.fill(number, '٠٧٧٠٠ ٩٠٠٩٨٢');
  await before.waitForText("We'll text +44 7700 900982 (United Kingdom)");
  await before.choose(country, 'Germany (+49)');
  await before.fill(number, '0044 (0)7700-900 982');
  await before.waitForText("We'll text +44 7700 900982 (United Kingdom)");
  expect(await before.value(country), 'a typed 00 wins').toBe('GB');
  await before.close();
  const after = await driver.openExtensionPage('popup.html', { width: 360 });
  await after.waitForText("We'll text +44 7700 900982 (United Kingdom)");
  expect(await after.value(number)).toBe('0044 (0)7700-900 982');
  await after.fill(number, '030 5550');
  await after.waitForText("We'll text +49 30 5550 (Germany)");
});

test('what is wrong with a number is said at its field, which takes the focus', async ({ driver }) => {
  const popup = await popupShowing(driver, 'number, empty');
  await popup.click({ role: 'button', name: 'Text me a code' });
  await popup.waitForText('Enter your phone number.');
  expect(await popup.focused()).toMatchObject({ role: 'textbox', name: 'Phone number' });
  await popup.type('07700');
  await popup.press('Enter');
  await popup.waitForText('This is not a complete phone number. Check the digits and the country.');
  expect(await popup.focused()).toMatchObject({ role: 'textbox', name: 'Phone number' });
  expect(await popup.value(number)).toBe('07700');
});

test('a step begins at its heading; what is wrong with a code is said at its field, which takes the focus', async ({
  driver,
}) => {
  const popup = await popupShowing(driver, 'code, awaited');
  expect(await popup.focused()).toMatchObject({
    role: 'heading',
    name: 'Enter your code',
  });
  await popup.fill(code, '12-34');
  await popup.press('Enter');
  await popup.waitForText('Enter all 6 digits from the text message.');
  expect(await popup.focused()).toMatchObject({ role: 'textbox', name: 'Code' });
  expect(await popup.value(code)).toBe('12-34');
});

test('a code that is waited for is where the popup opens, until the person goes elsewhere', async ({ driver }) => {
  const popup = await popupShowing(driver, 'code, after a restart of the browser');
  await popup.waitForText(/Sent to \+44 •••• 982 at \d/);
  await popup.click({ role: 'button', name: 'Back' });
  await popup.waitFor({ role: 'heading', name: 'Phone numbers' });
  await popup.reload();
  await popup.waitFor({ role: 'heading', name: 'Phone numbers' });
  await popup.click({ role: 'button', name: 'Show' });
  await popup.waitFor({ role: 'heading', name: 'Enter your code' });
});

test('another number is asked for with what was typed', async ({ driver }) => {
  const popup = await popupShowing(driver, 'code, awaited');
  await popup.click({ role: 'button', name: 'Not received a text message?' });
  await popup.click({ role: 'button', name: 'Change the number' });
  await popup.waitFor({ role: 'heading', name: 'Add your phone number' });
  expect(await popup.value(number)).toBe('07700 900982');
  await popup.reload();
  await popup.waitFor({ role: 'heading', name: 'Add your phone number' });
});

/** The popup with the rows of a state, of an account that is not signed in, so that nothing is changed from behind. */
async function popupShowing(driver: BrowserDriver, name: string): Promise<Surface> {
  const state = statesAt(Date.now()).find((each) => each.name === name);
  if (!state) throw new Error(`There is no state ${name}.`);
  const accounts = state.rows.accounts.map((account) => ({ ...account, session: 'signed-out' as const }));
  const popup = await driver.openExtensionPage('popup.html', { width: 360 });
  await popup.waitFor({ role: 'button', name: 'Set up' });
  await popup.evaluate(fillDatabase, { rows: { ...state.rows, accounts }, drafts: state.drafts ?? {} });
  await popup.reload();
  await popup.waitForText(state.rows.accounts[0]?.name ?? '');
  return popup;
}
