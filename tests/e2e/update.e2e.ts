// From a build of an earlier commit to today's, with what a person had: nothing of it is lost. The profile is a real one, and so
// is the database that the earlier build wrote.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import { until } from '../../scripts/driver/until.ts';
import { enable, enableButton } from '../../scripts/journey/enable.ts';
import { connectAndSignIn } from '../../scripts/journey/sign-in.ts';
import { text } from '../../scripts/journey/text.ts';
import { builtExtension } from './extension-under-test.ts';
import { buildPrevious, replaceFolder } from './previous-build.ts';
import { browserOf, expect, expectNoSideEffects, startBrowser, test } from './scenario.ts';

/** Where functions sent to a page of the extension run, not here. */
declare const chrome: typeof import('wxt/browser').browser;

const reminder = { label: text('settings.reminder') };
const version = () => chrome.runtime.getManifest().version;

test('an update from an earlier build: connection, numbers, journal and settings are there, and work', async ({
  sandbox,
}, info) => {
  const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-update-'));
  const name = browserOf(info.project.name);
  const previous = (await buildPrevious(folder))[name];
  // The earlier build opens no page when it is installed.
  const driver = await startBrowser(name, sandbox, { extension: previous, keepsFirstPage: true });
  try {
    const { mobileNotEnabled } = sandbox.employees;
    const popup = await connectAndSignIn(driver, sandbox, mobileNotEnabled);
    await enable(popup);
    await popup.waitForText(text('enable.done', { number: '+44 •••• 102' }));
    await driver.closePopup();
    const options = await driver.openExtensionPage('options.html');
    await options.click(reminder);
    await until('the choice to be kept', async () =>
      (await options.evaluate(rowsOf, 'settings')).includes('"numberReminder":false'),
    );
    const journal = idsIn(await options.evaluate(rowsOf, 'journal'));
    expect(journal.length).toBeGreaterThan(1);
    expect(await options.evaluate(version)).toBe('0.0.1');
    await options.close();

    await update(driver, previous);

    const after = await driver.openExtensionPage('options.html');
    await after.waitForText(text('options.connected', { tenant: sandbox.tenant.domain }));
    expect(await after.evaluate(version)).not.toBe('0.0.1');
    await after.waitForText('+44 •••• 102');
    await after.waitForText(text('activity.what.enable'));
    expect(idsIn(await after.evaluate(rowsOf, 'journal'))).toEqual(expect.arrayContaining(journal));
    expect(await after.evaluate(isChecked, reminder.label)).toBe(false);
    await after.close();

    // And it works with what it found.
    const again = await driver.openPopup();
    await again.click({ role: 'button', name: text('phones.more', { number: '+44 •••• 102' }) });
    await again.click({ role: 'button', name: text('sms.turn_off_for', { number: '+44 •••• 102' }) });
    await again.click({ role: 'button', name: text('turn_off.confirm'), within: { role: 'dialog' } });
    await again.waitFor(enableButton);
    await expectNoSideEffects(driver, []);
  } finally {
    await driver.close();
    await rm(folder, { recursive: true });
  }
});

const idsIn = (rows: string) => (JSON.parse(rows) as { id: string }[]).map(({ id }) => id);

/** As the store does, and then the browser is started again. */
async function update(driver: BrowserDriver, previous: string): Promise<void> {
  if (driver.name === 'firefox') await driver.offerUpdate(builtExtension().firefox);
  else {
    // A page of the earlier build: what is opened once the files are others has neither version whole.
    const page = await driver.openExtensionPage('options.html');
    await replaceFolder(previous, builtExtension().chromium);
    // Only started anew, Chromium left the database as it was: it seems to keep an unpacked extension's worker over that.
    // No answer comes: the page it would come from is closed.
    await page.evaluate(() => chrome.runtime.reload()).catch(() => {});
    await page.waitForClosed();
  }
  await driver.restart();
}

/** The rows of a table, read beside whatever version of the database there is. Runs in a page of the extension. */
async function rowsOf(table: string): Promise<string> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('phone-sign-in');
    request.onsuccess = () => resolve(request.result);
  });
  const rows = await new Promise<unknown>((resolve) => {
    const request = database.transaction(table).objectStore(table).getAll();
    request.onsuccess = () => resolve(request.result);
  });
  database.close();
  return JSON.stringify(rows);
}

function isChecked(label: string): boolean | undefined {
  const labels = [...document.querySelectorAll('label')];
  const control = labels.find((each) => each.textContent?.includes(label))?.control;
  return control instanceof HTMLInputElement ? control.checked : undefined;
}
