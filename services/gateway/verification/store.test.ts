import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import type { LogEntry } from '../log.ts';
import { version1 } from '../testing/version-1.ts';
import { openStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

const logs: LogEntry[] = [];
const open = (path: string, keyByte = 1) =>
  openStore({ database: path, codeKey: new Uint8Array(32).fill(keyByte), oldCodeKeys: [] }, (entry) =>
    logs.push(entry),
  );

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
      expect(store.sends('o', 'i')).toMatchObject([{ address_mark: 'address', site_mark: null }]);
      expect(store.challenge('o', 'i')).toMatchObject({ phone_number: '+44 7700900101', state: 'writing' });
      expect(store.registrationsDue(3000)).toMatchObject([
        { step: 'write', tries: 2, attempted_at: 1000, notice_number: '+44 7700900109' },
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

test('case 71: copies of numbers in free pages are removed, also after a crash during the conversion', () => {
  const path = join(folder, 'copies.sqlite');
  const addCopies = (version: number) => {
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA journal_mode = DELETE; PRAGMA secure_delete = OFF; CREATE TABLE copies (text TEXT);
      INSERT INTO copies VALUES ('+44 7700900101'); DROP TABLE copies; PRAGMA user_version = ${version};`);
    database.close();
    expect(readFileSync(path, 'latin1')).toContain('77009001');
  };
  const old = new DatabaseSync(path);
  old.exec(version1);
  old.close();
  // -4: sealed, but not cleaned.
  for (const version of [1, -4]) {
    addCopies(version);
    const store = open(path);
    expect(store.challenge('o', 'i')?.phone_number).toBe('+44 7700900101');
    for (const file of [path, `${path}-wal`]) expect(readFileSync(file, 'latin1')).not.toContain('77009001');
    store.close();
    const closed = new DatabaseSync(path);
    expect(closed.prepare('PRAGMA user_version').get()).toEqual({ user_version: 4 });
    closed.close();
  }
});

/** Version 3, or `-3` after a crash before it was cleaned, lacks the record of writes without an answer. */
for (const version of [3, -3])
  test(`case 66: each registration of a database of schema version ${version} counts as one with a write`, () => {
    const path = join(folder, `to-version-${version}.sqlite`);
    const old = new DatabaseSync(path);
    old.exec(version1);
    old.close();
    open(path).close();
    const downgraded = new DatabaseSync(path);
    downgraded.exec(`ALTER TABLE registrations DROP COLUMN attempted_at; PRAGMA user_version = ${version};
      INSERT INTO registrations VALUES ('o', 'written', 'write', 1000, 0, 3000, 2000, 1, NULL, NULL);`);
    downgraded.close();
    for (let start = 0; start < 2; start++) {
      const store = open(path);
      expect(store.registration('o', 'i')?.attempted_at).toBe(1000);
      expect(store.registration('o', 'written')?.attempted_at).toBe(2000);
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
