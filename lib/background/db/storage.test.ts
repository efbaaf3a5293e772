// What becomes of a database that is refused, damaged, gone, or lacks a table.
import 'fake-indexeddb/auto';
import { Dexie, type Table } from 'dexie';
import * as v from 'valibot';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { statesAt } from '../../../scripts/look/states.ts';
import { memoryStorage } from '../../../tests/browser-in-memory.ts';
import { databaseName } from '../../shared/messages/changes.ts';
import { readPolicy } from './connections.ts';
import type { Database } from './database.ts';
import { rowShapes } from './row-shapes.ts';
import { onStorage } from './storage.ts';

const now = Date.UTC(2026, 7, 3, 9);
let memory: ReturnType<typeof area>;
let disk: ReturnType<typeof area>;
const opened: Database[] = [];

beforeEach(() => {
  memory = area();
  disk = area();
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const database of opened.splice(0)) database.close();
  await Dexie.delete(databaseName);
});

function area() {
  const kept = new Map<string, unknown>();
  return { kept, ...memoryStorage(kept) };
}

/** A start of the background. */
async function started(): Promise<Database> {
  const database = await onStorage({ memory, disk, now: () => now }, async (each) => each);
  opened.push(database);
  return database;
}

/** The browser ends, and starts again. */
async function nextRun(): Promise<Database> {
  opened.splice(0).forEach((database) => {
    database.close();
  });
  memory.kept.clear();
  return started();
}

const told = async ({ notices }: Database) => (await notices.toArray()).map(({ id }) => id);

const accountId = 'tenant.one';
const ofMethod = { accountId, methodId: 'mobile', masked: '+44 •••• 982' };
const sound = {
  connections: [{ id: 'tenant', cloud: 'global', tenant: 'contoso.example', clientId: 'client', connectedAt: 1 }],
  accounts: [
    {
      ...{ id: accountId, connectionId: 'tenant', userName: 'one@contoso.example', name: 'One', loginHint: 'one' },
      ...{ session: 'signed-in', defaultMethod: 'unknown', failures: 0, syncedAt: now - 1, nextSyncAt: now + 1 },
    },
  ],
  methods: [{ accountId, id: 'mobile', type: 'mobile', masked: '+44 •••• 982', smsSignIn: 'ready' }],
  outbox: [
    {
      ...{ id: 'command', accountId, command: { kind: 'sync', accountId }, state: 'done' },
      ...{ createdAt: 1, updatedAt: 2 },
    },
  ],
  registrations: [{ id: 'registration', accountId, state: 'waiting', before: [], startedAt: 1, updatedAt: 2 }],
  verifications: [
    {
      ...{ id: 'verification', accountId, type: 'mobile', purpose: 'add', state: 'awaiting-code' },
      ...{ startedAt: 1, updatedAt: 2 },
    },
  ],
  answers: [{ ...ofMethod, never: true }],
  settings: [{ id: 'settings', banner: false }],
  confirmations: [{ ...ofMethod, confirmedAt: 3 }],
  silentSignIns: [{ connectionId: 'tenant', at: 4 }],
  policy: [{ id: 'managed', values: {}, rejected: [], received: {}, fingerprint: '', receivedAt: 5 }],
  notices: [{ id: 'signed-out-by-policy', at: 6 }],
};
type Name = keyof typeof sound;
const names = Object.keys(sound) as Name[];

async function fill(database: Database): Promise<void> {
  for (const name of names) await database.table(name).bulkPut(sound[name]);
}

/** A row whose key is whole and nothing else. */
function damaged({ schema }: Table): object {
  const paths = [schema.primKey.keyPath ?? []].flat();
  return { at: 'never', banner: 7, ...Object.fromEntries(paths.map((path) => [path, 'damaged'])) };
}

test('a new installation has nothing to tell, nor has its next start', async () => {
  expect(await told(await started())).toEqual([]);
  const database = await nextRun();
  expect(database.backendDB()).toBeInstanceOf(IDBDatabase);
  expect(await told(database)).toEqual([]);
});

test('every row that there is in any state of the product is sound', () => {
  for (const { name, rows } of statesAt(now)) {
    const stored = rows as unknown as Record<string, object | object[] | undefined>;
    for (const [table, shape] of Object.entries(rowShapes)) {
      for (const row of [stored[table] ?? []].flat()) {
        expect(v.safeParse(shape, row).issues, `${table} of "${name}"`).toBeUndefined();
      }
    }
  }
});

test.each(names)('damaged among %s: taken out and told, and nothing sound with it', async (name) => {
  const before = await started();
  await fill(before);
  await before.table(name).add(damaged(before.table(name)));
  const database = await nextRun();
  expect(await told(database)).toContain('damaged');
  for (const each of names.filter((other) => other !== 'notices' && other !== 'accounts' && other !== name)) {
    expect(await database.table(each).toArray(), each).toEqual(sound[each]);
  }
  expect(await database.accounts.toArray()).toMatchObject([{ id: accountId, session: 'signed-in' }]);
  const rest = await database.table(name).toArray();
  if (name === 'silentSignIns') expect(rest).toContainEqual({ connectionId: 'damaged', never: true });
  else if (name !== 'notices') expect(rest.filter((row) => Object.values(row).includes('damaged'))).toEqual([]);
});

test('a number that was damaged is read again: the account counts as never read', async () => {
  const before = await started();
  await fill(before);
  await before.table('methods').put({ ...sound.methods[0], smsSignIn: 7 });
  const database = await nextRun();
  expect(await database.methods.toArray()).toEqual([]);
  const [account] = await database.accounts.toArray();
  expect(account?.syncedAt).toBeUndefined();
  expect(account?.nextSyncAt).toBeUndefined();
});

test('an account that was damaged takes along what nobody could delete any more', async () => {
  const before = await started();
  await fill(before);
  await before.table('accounts').put({ ...sound.accounts[0], userName: null });
  const database = await nextRun();
  for (const name of ['methods', 'outbox', 'registrations', 'verifications', 'answers', 'confirmations'] as const) {
    expect(await database.table(name).count(), name).toBe(0);
  }
  expect(await database.connections.count()).toBe(1);
});

test('until the organization has said again what it set, nobody works and nobody is wiped', async () => {
  const before = await started();
  await fill(before);
  await before.table('policy').put({ ...sound.policy[0], values: 'damaged' });
  const database = await nextRun();
  expect(await readPolicy(database)).toMatchObject({ paused: true });
  expect(await database.accounts.count()).toBe(1);
});

test('a table that is missing is made, and told; what the others hold stays', async () => {
  const before = await started();
  await fill(before);
  before.close();
  const native = indexedDB.open(databaseName, 41);
  native.onupgradeneeded = () => native.result.deleteObjectStore('methods');
  await new Promise((done) => {
    native.onsuccess = done;
  });
  native.result.close();
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  const database = await nextRun();
  expect(await database.methods.toArray()).toEqual([]);
  expect(await told(database)).toContain('damaged');
  expect((await database.accounts.get(accountId))?.syncedAt).toBeUndefined();
  expect(await database.settings.toArray()).toEqual(sound.settings);
  // Once.
  await database.notices.clear();
  expect(await told(await nextRun())).toEqual([]);
});

test('what nobody can read at all begins anew, and that is told', async () => {
  await fill(await started());
  const open = vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(() => {
    throw new DOMException('Internal error.', 'UnknownError');
  });
  const removed = vi.spyOn(indexedDB, 'deleteDatabase').mockImplementation((name) => {
    open.mockRestore();
    removed.mockRestore();
    return indexedDB.deleteDatabase(name);
  });
  const database = await nextRun();
  expect(await told(database)).toEqual(['lost']);
  expect(await database.accounts.count()).toBe(0);
});

test('a single failure to read costs nothing', async () => {
  await fill(await started());
  vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementationOnce(() => {
    throw new DOMException('Internal error.', 'UnknownError');
  });
  const database = await nextRun();
  expect(await told(database)).toEqual(['signed-out-by-policy']);
  expect(await database.accounts.count()).toBe(1);
});

test('a database that is gone, as browsers leave a damaged one, is told', async () => {
  const before = await started();
  await fill(before);
  await before.delete();
  expect(await told(await nextRun())).toEqual(['lost']);
  const database = await nextRun();
  await database.notices.clear();
  expect(await told(await nextRun())).toEqual([]);
});

test('without a place for the mark it works, and only a loss is not told', async () => {
  disk.set = () => Promise.reject(new Error('No.'));
  disk.get = () => Promise.reject(new Error('No.'));
  await fill(await started());
  expect((await nextRun()).backendDB()).toBeInstanceOf(IDBDatabase);
});

const refusals = {
  'the database is refused': new DOMException('A mutation operation was attempted.', 'InvalidStateError'),
  'the profile is broken': new DOMException('Internal error opening backing store.', 'UnknownError'),
  'there is no room for one': new DOMException('No room.', 'QuotaExceededError'),
};

test.each(Object.entries(refusals))('%s: memory takes its place until the browser ends', async (_, refusal) => {
  const refused = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw refusal;
  });
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  const database = await started();
  expect(await told(database)).toEqual(['not-kept']);
  await fill(database);
  refused.mockRestore();

  // The background was stopped, and the browser opens databases again: what was begun goes on where it is.
  const next = await started();
  expect(await next.accounts.toArray()).toEqual(sound.accounts);
  expect(await indexedDB.databases()).toEqual([]);
  // What was read stays read.
  await next.notices.clear();
  expect(await told(await started())).toEqual([]);

  const after = await nextRun();
  expect(after.backendDB()).toBeInstanceOf(IDBDatabase);
  expect(await after.accounts.count()).toBe(0);
});

test('damage that shows only when the background starts on it is looked for then', async () => {
  const before = await started();
  await fill(before);
  await before.table('outbox').add(damaged(before.outbox));
  const seen: number[] = [];
  const database = await onStorage({ memory, disk, now: () => now }, async (each) => {
    const rows = await each.outbox.toArray();
    seen.push(rows.length);
    if (rows.some(({ command }) => command === undefined)) throw new TypeError('Cannot read properties of undefined.');
    return each;
  });
  opened.push(database);
  expect(seen).toEqual([2, 1]);
  expect(await told(database)).toContain('damaged');
});

test('a start that fails for another reason fails, and is not tried for ever', async () => {
  const start = vi.fn(() => Promise.reject(new Error('A defect.')));
  await expect(onStorage({ memory, disk, now: () => now }, start)).rejects.toThrow('A defect.');
  expect(start).toHaveBeenCalledTimes(1);
  await expect(onStorage({ memory, disk, now: () => now }, start)).rejects.toThrow('A defect.');
  expect(start).toHaveBeenCalledTimes(3);
});
