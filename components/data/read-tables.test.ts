import 'fake-indexeddb/auto';
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { announceChanges, type Database, openDatabase } from '../../lib/background/db/database.ts';
import { tablesOf } from '../../lib/background/db/read-tables.ts';
import { waitFor } from '../../scripts/driver/wait-for.ts';
import { liveQuery } from './live-query.ts';
import { DatabaseNotReady, readTables } from './read-tables.ts';

let database: Database | undefined;

afterEach(async () => {
  await database?.delete();
  database = undefined;
});

const account = { id: 'one', connectionId: 'a', userName: 'one', name: 'One', loginHint: 'one', failures: 0 } as const;
const known = { ...account, session: 'signed-in', defaultMethod: 'unknown' } as const;

test('a page does not create the database, waits until the service worker creates it, and follows every write', async () => {
  await expect(readTables(['accounts'])).rejects.toBeInstanceOf(DatabaseNotReady);
  expect(await indexedDB.databases()).toEqual([]);
  const accounts = liveQuery(() => readTables(['accounts']));
  announceChanges();
  database = openDatabase();
  await database.open();
  await waitFor(() => expect(accounts.value).toEqual({ accounts: [] }));
  await database.accounts.add(known);
  await waitFor(() => expect(accounts.value).toEqual({ accounts: [known] }));
});

test('a refused read is repeated until it succeeds', async () => {
  database = openDatabase();
  await database.accounts.add(known);
  const refused = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('Internal error opening backing store.', 'UnknownError');
  });
  // A page that was just opened.
  vi.resetModules();
  const page = await import('./read-tables.ts');
  const accounts = liveQuery(() => page.readTables(['accounts']));
  await waitFor(() => expect(accounts.value).toBe('storage-unavailable'));
  refused.mockRestore();
  await waitFor(() => expect(accounts.value).toEqual({ accounts: [known] }));
});

test('a page and the service worker read the same rows', async () => {
  database = openDatabase();
  await database.accounts.add(known);
  const names = ['accounts', 'outbox', 'policy'] as const;
  expect(await readTables(names)).toEqual(await tablesOf(database)(names));
});

test('an open page does not block an upgrade, and reads the upgraded database', async () => {
  database = openDatabase();
  await database.accounts.add(known);
  await readTables(['accounts']);
  database.close();
  database = openDatabase();
  database.version(99).stores({ later: 'id' });
  await database.open();
  expect(await readTables(['accounts'])).toEqual({ accounts: [known] });
});

test('a database of an earlier version is not ready, and becomes storage-waits after a while', async () => {
  const request = indexedDB.open('phone-sign-in', 1);
  await new Promise((done) => {
    request.onsuccess = done;
  });
  request.result.close();
  await expect(readTables(['accounts'])).rejects.toBeInstanceOf(DatabaseNotReady);
  let at = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (at += 6_000));
  const accounts = liveQuery(() => readTables(['accounts']));
  await waitFor(() => expect(accounts.value).toBe('storage-waits'));
  await new Promise((done) => {
    indexedDB.deleteDatabase('phone-sign-in').onsuccess = done;
  });
});

describe('the connection that public/ahead.js opens', () => {
  /** As the first script of a page that is opened. */
  async function openAhead(): Promise<typeof readTables> {
    new Function(await readFile(`${import.meta.dirname}/../../public/ahead.js`, 'utf8'))();
    vi.resetModules();
    return (await import('./read-tables.ts')).readTables;
  }
  const isDone = () => waitFor(() => expect(globalThis.openedAhead?.readyState).toBe('done'));

  test.each(['before', 'after'])('is used by the page, %s it is open', async (when) => {
    database = openDatabase();
    await database.accounts.add(known);
    const open = vi.spyOn(indexedDB, 'open');
    const read = await openAhead();
    if (when === 'after') await isDone();
    expect(await read(['accounts'])).toEqual({ accounts: [known] });
    expect(open).toHaveBeenCalledOnce();
    open.mockRestore();
  });

  test('does not create a database', async () => {
    const read = await openAhead();
    await isDone();
    await expect(read(['accounts'])).rejects.toThrow('There is no database yet.');
    expect(await indexedDB.databases()).toEqual([]);
  });

  test('does not block an upgrade, and the page opens another connection afterwards', async () => {
    database = openDatabase();
    await database.accounts.add(known);
    database.close();
    const read = await openAhead();
    await isDone();
    database = openDatabase();
    database.version(99).stores({ later: 'id' });
    await database.open();
    await expect(read(['accounts'])).rejects.toThrow();
    expect(await read(['accounts'])).toEqual({ accounts: [known] });
  });
});
