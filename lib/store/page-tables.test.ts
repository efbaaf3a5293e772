// What a page reads, and what it does while the database is not there or of another version.
import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import { announceChanges, type Database, openDatabase } from './database.ts';
import { live } from './live.ts';
import { NotThereYet, readTables } from './page-tables.ts';
import { tablesOf } from './tables.ts';

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
  await vi.waitFor(() => expect(accounts.value).toEqual({ accounts: [] }));
  await database.accounts.add(known);
  await vi.waitFor(() => expect(accounts.value).toEqual({ accounts: [known] }));
});

test('both ways of reading come to the same rows', async () => {
  database = openDatabase();
  await database.accounts.add(known);
  const names = ['accounts', 'journal', 'policy'] as const;
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

test('a database of an earlier version is not there yet', async () => {
  const request = indexedDB.open('phone-sign-in', 1);
  await new Promise((done) => {
    request.onsuccess = done;
  });
  request.result.close();
  await expect(readTables(['accounts'])).rejects.toBeInstanceOf(NotThereYet);
  await new Promise((done) => {
    indexedDB.deleteDatabase('phone-sign-in').onsuccess = done;
  });
});
