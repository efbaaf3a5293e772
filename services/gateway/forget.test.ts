import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { forgetPerson } from './forget.ts';
import type { LogEntry } from './log.ts';
import { alice, bob } from './testing/gateway-under-test.ts';
import { openStore } from './verification/store.ts';

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const unused = { codeKey: new Uint8Array(32).fill(1), oldCodeKeys: [] };

function fileWithRows() {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-forget-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const database = join(folder, 'gateway.sqlite');
  const store = openStore({ database, ...unused }, () => {});
  for (const oid of [alice, bob]) {
    store.insertWrongCode(oid, 1);
    store.insertRegistration(oid, 'i', 1);
  }
  store.close();
  return { folder, database };
}

test('case 71: forgetPerson deletes and counts the rows of one person, and closes the database', () => {
  const { folder, database } = fileWithRows();
  const logs: LogEntry[] = [];
  forgetPerson({ database, ...unused }, alice.toUpperCase(), (entry) => logs.push(entry));
  const none = { challenges: 0, sends: 0 };
  expect(logs).toEqual([
    { level: 'info', event: 'person-forgotten', oid: alice, ...none, wrong_codes: 1, registrations: 1 },
  ]);
  // The last connection deletes the write-ahead log when it closes.
  expect(readdirSync(folder)).toEqual(['gateway.sqlite']);
  expect(readFileSync(database, 'latin1')).not.toContain(alice);
  const store = openStore({ database, ...unused }, () => {});
  expect(store.registration(alice, 'i')).toBeUndefined();
  expect(store.registration(bob, 'i')).toBeDefined();
  store.close();
});

test('forgetPerson refuses what is no object id, and a missing database, which it does not create', () => {
  const { folder, database } = fileWithRows();
  const forget = (path: string, oid: string) => () => forgetPerson({ database: path, ...unused }, oid, () => {});
  expect(forget(database, 'alice')).toThrow();
  expect(forget(join(folder, 'other.sqlite'), alice)).toThrow('there is no database');
  expect(readdirSync(folder)).toEqual(['gateway.sqlite']);
});
