// Drafts, focus and keyboard use of the pages.

import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { phoneChoice } from '../../scripts/journey/registration.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { counted, oneOf, pattern, text } from '../../scripts/journey/text.ts';
import { fillDatabase } from '../../scripts/look/fill-database.ts';
import { statesAt } from '../../scripts/look/states.ts';
import { expect, test } from './scenario.ts';

const tenant = { label: text('connection.tenant') };
const clientId = { label: text('connection.client_id') };

test('a missing value is reported at its field, which gets the focus', async ({ driver }) => {
  const options = await driver.openExtensionPage('options.html');
  await options.click({ role: 'button', name: text('connection.save') });
  await options.waitForText(text('connection.tenant_missing'));
  expect(await options.focused()).toMatchObject({ role: 'textbox', name: text('connection.tenant') });
  await options.fill(tenant, 'contoso.example');
  await options.fill(clientId, 'not an id');
  await options.press('Enter');
  await options.waitForText(text('connection.client_id_invalid'));
  expect(await options.focused()).toMatchObject({ role: 'textbox', name: text('connection.client_id') });
  expect(await options.value(clientId)).toBe('not an id');
});

test('the options page keeps typed values when it is reopened', async ({ driver }) => {
  const before = await driver.openExtensionPage('options.html');
  await before.fill(tenant, 'contoso.example');
  await before.choose({ label: text('connection.cloud') }, text('connection.cloud_name.usgovdod'));
  await before.close();
  const after = await driver.openExtensionPage('options.html');
  await after.waitFor(tenant);
  expect(await after.value(tenant)).toBe('contoso.example');
  expect(await after.value({ label: text('connection.cloud') })).toBe('usgovdod');
});

test('the popup reopens at the step where it was closed', async ({ driver }) => {
  const before = await popupShowing(driver, 'add, choice');
  await before.click(phoneChoice);
  await before.waitForText(specification.reassurance);
  await before.close();
  const after = await driver.openExtensionPage('popup.html', { width: 360 });
  await after.waitFor({ role: 'heading', name: text('add.phone_title') });
  await after.click({ role: 'button', name: text('action.back') });
  await after.click({ role: 'button', name: text('action.back') });
  await after.waitFor({ role: 'heading', name: text('phones.title') });
  expect(await after.focused()).toEqual({ role: 'heading', name: text('phones.title') });
});

test('Escape closes the dialog before Enable without a change, and returns the focus', async ({ driver }) => {
  const enable = { role: 'button', name: text('sms.enable_for', { number: '+44 •••• 982' }) };
  const dialog = { role: 'dialog', name: text('enable.title') };
  const popup = await popupShowing(driver, 'not enabled');
  await popup.click(enable);
  await popup.waitFor(dialog);
  expect(await popup.focused()).toEqual({ role: 'button', name: specification.enable });
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

test('@long after Enable the tile gets the focus and shows the progress', async ({ driver }) => {
  const popup = await popupShowing(driver, 'not enabled');
  await popup.click({ role: 'button', name: text('sms.enable_for', { number: '+44 •••• 982' }) });
  await popup.click({ role: 'button', name: specification.enable });
  expect(await popup.focused()).toEqual({ role: 'article', name: text('phones.type.mobile') });
  // The sandbox does not have this organization, so the command fails soon.
  await popup.waitForText(
    oneOf(text('enable.running'), text('step_up.signed_out'), text('error.not_configured.title')),
  );
});

test('@long the dialog before turning off SMS sign-in focuses Cancel', async ({ driver }) => {
  const popup = await popupShowing(driver, 'ready, open');
  await popup.click({ role: 'button', name: text('phones.more', { number: '+44 •••• 982' }) });
  await popup.click({ role: 'button', name: text('sms.turn_off_for', { number: '+44 •••• 982' }) });
  await popup.waitFor({ role: 'dialog', name: text('turn_off.title') });
  expect(await popup.focused()).toEqual({ role: 'button', name: text('action.cancel') });
});

test('@long after Stop waiting, the popup shows no waiting number', async ({ driver }) => {
  const popup = await popupShowing(driver, 'add, waiting');
  await popup.click({ role: 'button', name: text('add.stop') });
  await popup.waitFor({ role: 'heading', name: text('phones.title') });
  await popup.waitForGone(text('add.waiting'));
});

const number = { label: text('number.label') };
const country = { label: text('number.country') };
const code = { label: text('code.label') };

test('a number stays as it was typed, in any format, and its country is shown before a text message is sent', async ({
  driver,
}) => {
  const before = await popupShowing(driver, 'number, empty');
  await before.fill(number, '٠٧٧٠٠ ٩٠٠٩٨٢');
  await before.waitForText(text('number.preview', { number: '+44 7700 900982', country: 'United Kingdom' }));
  await before.choose(country, text('number.country_option', { country: 'Germany', code: '+49' }));
  await before.fill(number, '0044 (0)7700-900 982');
  await before.waitForText(text('number.preview', { number: '+44 7700 900982', country: 'United Kingdom' }));
  expect(await before.value(country), 'a typed 00 wins').toBe('GB');
  await before.close();
  const after = await driver.openExtensionPage('popup.html', { width: 360 });
  await after.waitForText(text('number.preview', { number: '+44 7700 900982', country: 'United Kingdom' }));
  expect(await after.value(number)).toBe('0044 (0)7700-900 982');
  await after.fill(number, '030 5550');
  await after.waitForText(text('number.preview', { number: '+49 30 5550', country: 'Germany' }));
});

test('@long an invalid number is reported at its field, which gets the focus', async ({ driver }) => {
  const popup = await popupShowing(driver, 'number, empty');
  await popup.click({ role: 'button', name: specification.textMeACode });
  await popup.waitForText(text('number.missing'));
  expect(await popup.focused()).toMatchObject({ role: 'textbox', name: text('number.label') });
  await popup.type('07700');
  await popup.press('Enter');
  await popup.waitForText(`${text('error.invalid_number.title')} ${text('error.invalid_number.help')}`);
  expect(await popup.focused()).toMatchObject({ role: 'textbox', name: text('number.label') });
  expect(await popup.value(number)).toBe('07700');
});

test('the code step focuses its heading, and an invalid code is reported at its field, which gets the focus', async ({
  driver,
}) => {
  const popup = await popupShowing(driver, 'code, awaited');
  expect(await popup.focused()).toMatchObject({
    role: 'heading',
    name: text('code.title'),
  });
  await popup.fill(code, '12-34');
  await popup.press('Enter');
  await popup.waitForText(counted('code.incomplete', 6));
  expect(await popup.focused()).toMatchObject({ role: 'textbox', name: text('code.label') });
  expect(await popup.value(code)).toBe('12-34');
});

test('the popup opens at a waiting code until the user leaves that step', async ({ driver }) => {
  const popup = await popupShowing(driver, 'code, after a restart of the browser');
  await popup.waitForText(pattern('code.sent_to', { number: '+44 •••• 982' }));
  await popup.click({ role: 'button', name: text('action.back') });
  await popup.waitFor({ role: 'heading', name: text('phones.title') });
  await popup.reload();
  await popup.waitFor({ role: 'heading', name: text('phones.title') });
  await popup.click({ role: 'button', name: text('add.show') });
  await popup.waitFor({ role: 'heading', name: text('code.title') });
});

test('@long Change the number keeps the typed number', async ({ driver }) => {
  const popup = await popupShowing(driver, 'code, awaited');
  await popup.click({ role: 'button', name: text('code.not_received') });
  await popup.click({ role: 'button', name: text('code.change_number') });
  await popup.waitFor({ role: 'heading', name: text('add.phone_title') });
  expect(await popup.value(number)).toBe('07700 900982');
  await popup.reload();
  await popup.waitFor({ role: 'heading', name: text('add.phone_title') });
});

/** Opens the popup with the rows of a state. The account is signed out, so that no sync changes the rows. */
async function popupShowing(driver: BrowserDriver, name: string): Promise<Surface> {
  const state = statesAt(Date.now()).find((each) => each.name === name);
  if (!state) throw new Error(`There is no state ${name}.`);
  const accounts = state.rows.accounts.map((account) => ({ ...account, session: 'signed-out' as const }));
  const popup = await driver.openExtensionPage('popup.html', { width: 360 });
  await popup.waitFor({ role: 'button', name: text('welcome.set_up') });
  await popup.evaluate(fillDatabase, { rows: { ...state.rows, accounts }, drafts: state.drafts ?? {} });
  await popup.reload();
  await popup.waitForText(state.rows.accounts[0]?.name ?? '');
  return popup;
}
