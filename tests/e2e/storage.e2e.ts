// What becomes of people when the browser's own storage fails: its files are what is tampered with, between two starts.

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import { connect } from '../../scripts/journey/connect.ts';
import { enable, enableRequests } from '../../scripts/journey/enable.ts';
import { connectAndSignIn } from '../../scripts/journey/sign-in.ts';
import { text } from '../../scripts/journey/text.ts';
import { expect, test } from './scenario.ts';

const number = '+44 •••• 102';
const on = text('sms.ready');

/** Where each browser keeps the databases of the extension. */
async function databaseFolder({ name }: BrowserDriver, profileFolder: string): Promise<string> {
  if (name === 'chromium') return join(profileFolder, text('phones.default'), 'IndexedDB');
  const origins = join(profileFolder, 'storage', 'default');
  const found = (await readdir(origins)).find((each) => /^moz-extension\+\+\+[^^]+$/.test(each));
  if (!found) throw new Error('Firefox keeps no database of the extension.');
  return join(origins, found, 'idb');
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

test('no database can be opened: everything goes on in memory, and that is said', async ({ driver, sandbox }) => {
  const first = await driver.openPopup();
  await first.waitForText(/\S/);
  let folder = '';
  await driver.restart(async (profileFolder) => {
    folder = await databaseFolder(driver, profileFolder);
    await rm(folder, { recursive: true });
    // A file where a folder is to be: no browser can make a database there.
    await writeFile(folder, '');
  });

  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await popup.waitForText(text('storage.not_kept'));
  await popup.waitForText(number);
  await driver.stopBackground();
  await enable(popup);
  await popup.waitForText(on);
  expect(enableRequests(sandbox)).toHaveLength(1);
  const options = await driver.openExtensionPage('options.html');
  await options.waitForText(number);

  // The browser ends, and its profile is put right.
  await driver.restart(async () => {
    await rm(folder);
    await mkdir(folder);
  });
  const after = await driver.openPopup();
  await after.waitFor({ role: 'button', name: text('welcome.set_up') });
});

test('a damaged database begins anew, and that is said', async ({ driver, sandbox }) => {
  await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await driver.restart(async (profileFolder) => {
    const files = await filesIn(await databaseFolder(driver, profileFolder));
    expect(files.length, 'else nothing is damaged').toBeGreaterThan(0);
    for (const file of files) await writeFile(file, 'damaged '.repeat(1_000));
  });
  const popup = await driver.openPopup();
  await popup.waitForText(text('storage.lost'));
  await driver.closePopup();
  await (await connect(driver, sandbox)).close();
  const again = await driver.openPopup();
  await again.click({ role: 'button', name: text('action.sign_in') });
  // The session at the service is not kept by the extension.
  const window = await driver.signInWindow();
  await window.click({ role: 'button', name: /^Continue as / });
  await window.waitForClosed();
  await (await driver.reopenedPopup()).waitForText(number);
});

/** Runs in a page of the extension: what no version has written. */
async function damageRows(): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('phone-sign-in');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const transaction = database.transaction(['methods', 'outbox'], 'readwrite');
  const methods = transaction.objectStore('methods');
  methods.getAll().onsuccess = (event) => {
    for (const { accountId, id } of (event.target as IDBRequest<{ accountId: string; id: string }[]>).result) {
      methods.put({ accountId, id, masked: 7 });
    }
  };
  transaction.objectStore('outbox').put({ id: 'damaged', updatedAt: Date.now() });
  await new Promise((resolve) => {
    transaction.oncomplete = resolve;
  });
  database.close();
}

test('rows that nobody can read: taken out, told, and read again', async ({ driver, sandbox }) => {
  const before = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await before.evaluate(damageRows, null);
  await driver.closePopup();
  // While the browser runs: the page that cannot be drawn has them looked for.
  const popup = await driver.openPopup();
  await popup.waitForText(text('storage.damaged'));
  await popup.waitForText(number);
  await popup.evaluate(damageRows, null);
  await driver.restart();
  const after = await driver.openPopup();
  await after.waitForText(text('storage.damaged'));
});

/** Runs in a page of the extension: a page of an older version that does not let go of the database, nor of its version. */
async function holdOlder(): Promise<void> {
  const answer = <Result>(request: IDBRequest<Result>) =>
    new Promise<Result>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const deleting = answer(indexedDB.deleteDatabase('phone-sign-in'));
  // Asked for in the same moment, so that nobody makes it in between.
  const request = indexedDB.open('phone-sign-in', 10);
  request.onupgradeneeded = () => request.result.createObjectStore('connections', { keyPath: 'id' });
  await deleting;
  Object.assign(globalThis, { held: await answer(request) });
}

test('an older page that holds the database: what it waits for is said, and it goes on', async ({ driver }) => {
  const older = await driver.openExtensionPage('options.html');
  await older.waitForText(text('connection.save'));
  // It would make the database again.
  await driver.stopBackground();
  await older.evaluate(holdOlder, null);
  const popup = await driver.openPopup();
  await popup.waitForText(text('error.storage_waits.title'), { limit: 30_000 });
  await older.close();
  // In Chromium the popup closes with the focus.
  const after = await driver.openPopup();
  await after.waitFor({ role: 'button', name: text('welcome.set_up') }, { limit: 30_000 });
});
