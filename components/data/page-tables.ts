// The database as pages have it, by the browser's own API: they only read, and Dexie would be two fifths of what the popup
// has to load before it can draw (docs/decisions/startup-performance.md). The background makes and upgrades it, and says
// by what it keeps in memory that there is none.

import { keptInMemory } from '../../lib/background/db/in-memory.ts';
import { browser } from '../../lib/shared/browser.ts';
import { databaseName } from '../../lib/shared/messages/changes.ts';
import type { ReadTables } from '../../lib/shared/tables/tables.ts';

/** The background has not made it yet, or is about to upgrade it. */
export class NotThereYet extends Error {}

let opened: Promise<IDBDatabase> | undefined;

/** Rejects with NotThereYet, or why the browser does not let it be read. */
export const readTables: ReadTables = async (names) => {
  const reading = readDatabase(names);
  // Both at once; where there are tables in memory, nobody waits for a database that may never answer.
  reading.catch(() => {});
  const kept = await keptInMemory(browser.storage.session).read();
  return kept ? (Object.fromEntries(names.map((name) => [name, kept[name] ?? []])) as never) : reading;
};

const readDatabase: ReadTables = async (names) => {
  const database = await open();
  if (names.some((name) => !database.objectStoreNames.contains(name))) {
    close(database);
    throw new NotThereYet('The database is of an earlier version.');
  }
  const transaction = transactionOn(database, names);
  const rows = await Promise.all(names.map((name) => answerTo(transaction.objectStore(name).getAll())));
  return Object.fromEntries(names.map((name, index) => [name, rows[index]])) as never;
};

function open(): Promise<IDBDatabase> {
  opened ??= openNow();
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

/** Put there by public/ahead.js, before any of our code was loaded. */
declare global {
  var openedAhead: IDBOpenDBRequest | undefined;
}

async function openNow(): Promise<IDBDatabase> {
  const request = globalThis.openedAhead ?? indexedDB.open(databaseName);
  globalThis.openedAhead = undefined;
  let isMissing = false;
  request.onupgradeneeded = () => {
    // Nobody has made it: that is not for a page to do.
    isMissing = true;
    request.transaction?.abort();
  };
  const database = await answerTo(request).catch((error: unknown) => {
    // What was opened ahead is aborted for no other reason.
    throw isMissing || (error as DOMException).name === 'AbortError'
      ? new NotThereYet('There is no database yet.')
      : error;
  });
  // An upgrade must not have to wait for an open page, and a connection may be taken away.
  database.onversionchange = () => close(database);
  database.onclose = () => close(database);
  return database;
}

function transactionOn(database: IDBDatabase, names: readonly string[]): IDBTransaction {
  try {
    return database.transaction([...names], 'readonly');
  } catch (error) {
    // It was closed before it was taken over: the next time it is opened anew.
    close(database);
    throw error;
  }
}

function close(database: IDBDatabase): void {
  database.close();
  opened = undefined;
}

function answerTo<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (request.readyState === 'done') return request.error ? reject(request.error) : resolve(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
