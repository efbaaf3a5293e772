// Storage failures, caused by changing the files of the browser's profile between two starts.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import { connect } from '../../scripts/journey/connect.ts';
import { connectAndSignIn } from '../../scripts/journey/sign-in.ts';
import { text } from '../../scripts/journey/text.ts';
import { expect, test } from './scenario.ts';

const number = '+44 •••• 102';

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

test('without a database the popup and the options page say so, link to the account page, and work again afterwards', async ({
  driver,
}) => {
  await (await driver.openPopup()).waitFor({ role: 'button', name: text('welcome.set_up') });
  let folder = '';
  await driver.restart(async (profileFolder) => {
    folder = await databaseFolder(driver, profileFolder);
    await rm(folder, { recursive: true });
    // Browsers cannot create a database below a file.
    await writeFile(folder, '');
  });
  const unavailable = text('error.storage_unavailable.title');
  const popup = await driver.openPopup();
  await popup.waitForText(unavailable);
  await popup.waitFor({ role: 'link', name: text('add.open') });
  const options = await driver.openExtensionPage('options.html');
  await options.waitForText(unavailable);
  await options.waitFor({ role: 'link', name: text('add.open') });

  await driver.restart(async () => {
    await rm(folder);
    await mkdir(folder);
  });
  await (await driver.openPopup()).waitFor({ role: 'button', name: text('welcome.set_up') });
});

test('a corrupt database is replaced by an empty one, and a notice says so', async ({ driver, sandbox }) => {
  await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await driver.restart(async (profileFolder) => {
    const files = await filesIn(await databaseFolder(driver, profileFolder));
    expect(files.length, 'files to damage').toBeGreaterThan(0);
    for (const file of files) await writeFile(file, 'damaged '.repeat(1_000));
  });
  const popup = await driver.openPopup();
  await popup.waitForText(text('storage.lost'));
  await driver.closePopup();
  await (await connect(driver, sandbox)).close();
  const again = await driver.openPopup();
  await again.click({ role: 'button', name: text('action.sign_in') });
  // The session at the service still exists.
  const window = await driver.signInWindow();
  await window.click({ role: 'button', name: /^Continue as / });
  await window.waitForClosed();
  await (await driver.reopenedPopup()).waitForText(number);
});

/** Runs in a page of the extension. Writes rows of wrong types. */
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

test('damaged rows are deleted and read again, and a notice says so', async ({ driver, sandbox }) => {
  const before = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await before.evaluate(damageRows, null);
  await driver.closePopup();
  // While the browser runs, a page that cannot be rendered has the rows checked.
  const popup = await driver.openPopup();
  await popup.waitForText(text('storage.damaged'));
  await popup.waitForText(number);
  await popup.evaluate(damageRows, null);
  await driver.restart();
  const after = await driver.openPopup();
  await after.waitForText(text('storage.damaged'));
});

/** Runs in a page of the extension. Keeps a connection open, as a page of an older version that ignores `versionchange`. */
async function holdOlder(): Promise<void> {
  const answer = <Result>(request: IDBRequest<Result>) =>
    new Promise<Result>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const deleting = answer(indexedDB.deleteDatabase('phone-sign-in'));
  // Requested at once, so that no other context creates the database in between.
  const request = indexedDB.open('phone-sign-in', 10);
  request.onupgradeneeded = () => request.result.createObjectStore('connections', { keyPath: 'id' });
  await deleting;
  Object.assign(globalThis, { held: await answer(request) });
}

test('an older page that keeps the database open: the popup says so, and works after the page is closed', async ({
  driver,
}) => {
  const older = await driver.openExtensionPage('options.html');
  await older.waitForText(text('connection.save'));
  // The service worker would create the database again.
  await driver.stopBackground();
  await older.evaluate(holdOlder, null);
  const popup = await driver.openPopup();
  await popup.waitForText(text('error.storage_waits.title'));
  await older.close();
  // In Chromium the popup closes with the focus.
  const after = await driver.openPopup();
  await after.waitFor({ role: 'button', name: text('welcome.set_up') });
});
