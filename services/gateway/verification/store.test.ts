import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { openStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

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

test('a database of schema version 1 keeps its phone numbers and due registrations', () => {
  const path = join(folder, 'version-1.sqlite');
  const old = new DatabaseSync(path);
  old.exec(version1);
  old.close();
  for (let start = 0; start < 2; start++) {
    const store = openStore(path);
    expect(store.challenge('o', 'i')).toMatchObject({ phone_number: '+44 7700900101', state: 'writing' });
    expect(store.registrationsDue(3000)).toMatchObject([{ step: 'write', tries: 2, notice_number: '+44 7700900109' }]);
    store.close();
  }
});

test('a database of a newer schema version is refused and stays unchanged', () => {
  const path = join(folder, 'newer.sqlite');
  const newer = new DatabaseSync(path);
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  expect(() => openStore(path)).toThrow('newer gateway');
  const again = new DatabaseSync(path);
  expect(again.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
  expect(again.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()).toEqual({ tables: 0 });
  again.close();
});
