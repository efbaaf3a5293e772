import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import type { LogEntry } from '../log.ts';
import { openStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

const logs: LogEntry[] = [];
const open = (path: string, keyByte = 1) =>
  openStore({ database: path, codeKey: new Uint8Array(32).fill(keyByte), oldCodeKeys: [] }, (entry) =>
    logs.push(entry),
  );

/** The tables of version 1 that version 2 changes, with a proven phone number whose write is due. */
const version1 = `
  CREATE TABLE challenges (
    oid TEXT NOT NULL, id TEXT NOT NULL, number TEXT, number_mark TEXT NOT NULL, masked TEXT NOT NULL,
    type TEXT NOT NULL, purpose TEXT NOT NULL, state TEXT NOT NULL, send INTEGER NOT NULL, tries_left INTEGER NOT NULL,
    created_at INTEGER NOT NULL, error TEXT, error_at INTEGER, sms_sign_in TEXT,
    PRIMARY KEY (oid, id)
  ) STRICT;
  CREATE TABLE journal (
    oid TEXT NOT NULL, id TEXT NOT NULL, step TEXT NOT NULL, started_at INTEGER NOT NULL, tries INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL, written_at INTEGER, writes INTEGER NOT NULL, refusal TEXT, notify TEXT,
    PRIMARY KEY (oid, id)
  ) STRICT;
  INSERT INTO challenges VALUES
    ('o', 'i', '+44 7700900101', 'mark', '+44 •••• 101', 'mobile', 'change', 'writing', 1, 5, 1000, NULL, NULL, NULL);
  INSERT INTO journal VALUES ('o', 'i', 'write', 1000, 2, 3000, NULL, 0, NULL, '+44 7700900109');
  PRAGMA user_version = 1;
`;

/** What an administrator of version 2, which was never released, may still have. */
const version2 = `
  ${version1}
  ALTER TABLE challenges RENAME COLUMN number TO phone_number;
  ALTER TABLE journal RENAME TO registrations;
  ALTER TABLE registrations RENAME COLUMN notify TO notice_number;
  PRAGMA user_version = 2;
`;

for (const [version, sql] of [
  [1, version1],
  [2, version2],
] as const)
  test(`case 71: a database of schema version ${version} keeps its numbers, sealed, and its due registrations`, () => {
    const path = join(folder, `version-${version}.sqlite`);
    const old = new DatabaseSync(path);
    old.exec(sql);
    old.close();
    chmodSync(path, 0o644);
    for (let start = 0; start < 2; start++) {
      const store = open(path);
      expect(store.challenge('o', 'i')).toMatchObject({ phone_number: '+44 7700900101', state: 'writing' });
      expect(store.registrationsDue(3000)).toMatchObject([
        { step: 'write', tries: 2, notice_number: '+44 7700900109' },
      ]);
      const files = readdirSync(folder).filter((name) => name.startsWith(`version-${version}.sqlite`));
      expect(files).toHaveLength(3);
      for (const name of files) {
        expect(readFileSync(join(folder, name), 'latin1')).not.toContain('77009001');
        expect((statSync(join(folder, name)).mode & 0o777).toString(8)).toBe('600');
      }
      store.close();
    }
  });

test('case 71: a number that no key opens is read as absent and logged without the number', () => {
  const path = join(folder, 'lost-key.sqlite');
  const old = new DatabaseSync(path);
  old.exec(version1);
  old.close();
  open(path, 1).close();
  logs.length = 0;
  const store = open(path, 2);
  expect(store.challenge('o', 'i')?.phone_number).toBeNull();
  expect(store.registration('o', 'i')?.notice_number).toBeNull();
  expect(logs).toEqual([
    { level: 'error', event: 'number-not-readable', table: 'challenges', oid: 'o', id: 'i' },
    { level: 'error', event: 'number-not-readable', table: 'registrations', oid: 'o', id: 'i' },
  ]);
  store.close();
});

test('a number that was deleted is absent and not reported as unreadable', () => {
  const path = join(folder, 'deleted.sqlite');
  const old = new DatabaseSync(path);
  old.exec(version1);
  old.close();
  const store = open(path);
  logs.length = 0;
  store.end('o', 'i', 'cancelled', 2000);
  expect(store.challenge('o', 'i')?.phone_number).toBeNull();
  const registration = store.registration('o', 'i');
  if (registration) store.updateRegistration({ ...registration, notice_number: null });
  expect(store.registration('o', 'i')?.notice_number).toBeNull();
  expect(logs).toEqual([]);
  store.close();
});

test('a database of a newer schema version is refused and stays unchanged', () => {
  const path = join(folder, 'newer.sqlite');
  const newer = new DatabaseSync(path);
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  expect(() => open(path)).toThrow('newer gateway');
  const again = new DatabaseSync(path);
  expect(again.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
  expect(again.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()).toEqual({ tables: 0 });
  again.close();
});
