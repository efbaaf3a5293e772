// Reads the database with the browser's own API: Dexie would be two fifths of the popup's first load
// (docs/decisions/startup-performance.md). Only the service worker creates and upgrades the database.
import { databaseName } from '../../lib/shared/messages/changes.ts';
import type { ReadTables } from '../../lib/shared/tables/tables.ts';

/** The service worker has not created or upgraded the database yet. */
export class DatabaseNotReady extends Error {}

let opened: Promise<IDBDatabase> | undefined;

/** Rejects with DatabaseNotReady, or with the reason why the browser does not read the database. */
export const readTables: ReadTables = async (names) => {
  const database = await open();
  try {
    if (names.some((name) => !database.objectStoreNames.contains(name))) {
      throw new DatabaseNotReady('The database is of an earlier version.');
    }
    const transaction = database.transaction([...names], 'readonly');
    const rows = await Promise.all(names.map((name) => resultOf(transaction.objectStore(name).getAll())));
    return Object.fromEntries(names.map((name, index) => [name, rows[index]])) as never;
  } catch (error) {
    // public/ahead.js may have closed the connection; the next read opens another one.
    close(database);
    throw error;
  }
};

function open(): Promise<IDBDatabase> {
  opened ??= openNow().catch((error) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

/** Set by public/ahead.js before this code is loaded. */
declare global {
  var openedAhead: IDBOpenDBRequest | undefined;
}

async function openNow(): Promise<IDBDatabase> {
  const request = globalThis.openedAhead ?? indexedDB.open(databaseName);
  globalThis.openedAhead = undefined;
  // A page does not create the database; public/ahead.js aborts for the same reason.
  request.onupgradeneeded = () => request.transaction?.abort();
  const database = await resultOf(request).catch((error: unknown) => {
    const isMissing = (error as DOMException).name === 'AbortError';
    throw isMissing ? new DatabaseNotReady('There is no database yet.') : error;
  });
  // An open connection would block an upgrade.
  database.onversionchange = () => close(database);
  database.onclose = () => close(database);
  return database;
}

function close(database: IDBDatabase): void {
  database.close();
  opened = undefined;
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (request.readyState === 'done') return request.error ? reject(request.error) : resolve(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
