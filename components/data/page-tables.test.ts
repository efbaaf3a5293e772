// What a page reads, and what it does while the database is not there or of another version.
import 'fake-indexeddb/auto';
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { announceChanges, type Database, openDatabase } from '../../lib/background/db/database.ts';
import { keptInMemory } from '../../lib/background/db/in-memory.ts';
import { memoryIndexedDB } from '../../lib/background/db/memory-indexed-db.ts';
import { tablesOf } from '../../lib/background/db/read-tables.ts';
import { browser } from '../../lib/shared/browser.ts';
import { waitFor } from '../../scripts/driver/wait-for.ts';
import { live } from './live.ts';
import { NotThereYet, readTables } from './page-tables.ts';

let database: Database | undefined;

afterEach(async () => {
  await database?.delete();
  database = undefined;
});

const account = { id: 'one', connectionId: 'a', userName: 'one', name: 'One', loginHint: 'one', failures: 0 } as const;
const known = { ...account, session: 'signed-in', defaultMethod: 'unknown' } as const;

test('a page makes no database, waits for the background to make it, and follows what is written', async () => {
  await expect(readTables(['accounts'])).rejects.toBeInstanceOf(NotThereYet);
  expect(await indexedDB.databases()).toEqual([]);
  const accounts = live(() => readTables(['accounts']));
  announceChanges();
  database = openDatabase();
  await database.open();
  await waitFor(() => expect(accounts.value).toEqual({ accounts: [] }));
  await database.accounts.add(known);
  await waitFor(() => expect(accounts.value).toEqual({ accounts: [known] }));
});

test('what was refused is tried again: it may have been the moment', async () => {
  database = openDatabase();
  await database.accounts.add(known);
  const refused = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('Internal error opening backing store.', 'UnknownError');
  });
  // A page that was just opened.
  vi.resetModules();
  const page = await import('./page-tables.ts');
  const accounts = live(() => page.readTables(['accounts']));
  await waitFor(() => expect(accounts.value).toBe('storage-unavailable'));
  refused.mockRestore();
  await waitFor(() => expect(accounts.value).toEqual({ accounts: [known] }));
});

test('where the background keeps its tables in memory, they are read there', async () => {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('Internal error opening backing store.', 'UnknownError');
  });
  const factory = memoryIndexedDB(keptInMemory(browser.storage.session));
  const memory = openDatabase(undefined, factory);
  await memory.accounts.add(known);
  expect(await readTables(['accounts', 'outbox'])).toEqual({ accounts: [known], outbox: [] });
  await browser.storage.session.clear();
});

test('both ways of reading come to the same rows', async () => {
  database = openDatabase();
  await database.accounts.add(known);
  const names = ['accounts', 'outbox', 'policy'] as const;
  expect(await readTables(names)).toEqual(await tablesOf(database)(names));
});

test('an open page does not stand in the way of an upgrade, and reads on after it', async () => {
  database = openDatabase();
  await database.accounts.add(known);
  await readTables(['accounts']);
  database.close();
  database = openDatabase();
  database.version(99).stores({ later: 'id' });
  await database.open();
  expect(await readTables(['accounts'])).toEqual({ accounts: [known] });
});

test('a database of an earlier version is not there yet, and after a while what it may wait for is said', async () => {
  const request = indexedDB.open('phone-sign-in', 1);
  await new Promise((done) => {
    request.onsuccess = done;
  });
  request.result.close();
  await expect(readTables(['accounts'])).rejects.toBeInstanceOf(NotThereYet);
  let at = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (at += 6_000));
  const accounts = live(() => readTables(['accounts']));
  await waitFor(() => expect(accounts.value).toBe('storage-waits'));
  await new Promise((done) => {
    indexedDB.deleteDatabase('phone-sign-in').onsuccess = done;
  });
});

describe('what public/ahead.js opens', () => {
  /** As the first script of a page that is opened. */
  async function openAhead(): Promise<typeof readTables> {
    new Function(await readFile(`${import.meta.dirname}/../../public/ahead.js`, 'utf8'))();
    vi.resetModules();
    return (await import('./page-tables.ts')).readTables;
  }
  const isDone = () => waitFor(() => expect(globalThis.openedAhead?.readyState).toBe('done'));

  test.each(['before', 'after'])('is taken over, %s it is open', async (when) => {
    database = openDatabase();
    await database.accounts.add(known);
    const open = vi.spyOn(indexedDB, 'open');
    const read = await openAhead();
    if (when === 'after') await isDone();
    expect(await read(['accounts'])).toEqual({ accounts: [known] });
    expect(open).toHaveBeenCalledOnce();
    open.mockRestore();
  });

  test('makes no database', async () => {
    const read = await openAhead();
    await isDone();
    await expect(read(['accounts'])).rejects.toThrow('There is no database yet.');
    expect(await indexedDB.databases()).toEqual([]);
  });

  test('does not stand in the way of an upgrade; afterwards it is opened anew', async () => {
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
