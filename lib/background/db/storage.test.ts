import 'fake-indexeddb/auto';
import { Dexie, type Table } from 'dexie';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { statesAt } from '../../../scripts/look/states.ts';
import { memoryStorage } from '../../../tests/browser-in-memory.ts';
import { databaseName } from '../../shared/messages/changes.ts';
import { everyConnection, rowSchemas } from '../../shared/model/rows.ts';
import { readPolicy } from './connections.ts';
import type { Database } from './database.ts';
import { startOnDatabase } from './storage.ts';

const now = Date.UTC(2026, 7, 3, 9);
let session: ReturnType<typeof area>;
let local: ReturnType<typeof area>;
const opened: Database[] = [];

beforeEach(() => {
  session = area();
  local = area();
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const database of opened.splice(0)) database.close();
  await Dexie.delete(databaseName);
});

function area() {
  const stored = new Map<string, unknown>();
  return { stored, ...memoryStorage(stored) };
}

async function startWorker(): Promise<Database> {
  const database = await startOnDatabase({ session, local, now: () => now }, async (each) => each);
  opened.push(database);
  return database;
}

async function restartBrowser(): Promise<Database> {
  for (const database of opened.splice(0)) database.close();
  session.stored.clear();
  return startWorker();
}

const noticesOf = async ({ notices }: Database) => (await notices.toArray()).map(({ id }) => id);

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
      ...{ commandIds: [], texts: 1 },
      ...{ startedAt: 1, updatedAt: 2 },
    },
  ],
  answers: [{ ...ofMethod, never: true }],
  settings: [{ id: 'settings', banner: false }],
  confirmations: [{ ...ofMethod, confirmedAt: 3 }],
  silentSignIns: [{ connectionId: 'tenant', never: true }],
  policy: [{ id: 'managed', values: {}, rejected: [], received: {}, fingerprint: '', receivedAt: 5 }],
  notices: [{ id: 'signed-out-by-policy', at: 6 }],
};
type Name = keyof typeof sound;
const names = Object.keys(sound) as Name[];
/** Read again from the service. */
const fromService = ['methods', 'outbox', 'confirmations'];

async function fill(database: Database): Promise<void> {
  for (const name of names) await database.table(name).bulkPut(sound[name]);
}

function damagedRow({ schema }: Table): object {
  const paths = [schema.primKey.keyPath ?? []].flat();
  return { at: 'never', banner: 7, ...Object.fromEntries(paths.map((path) => [path, 'damaged'])) };
}

async function expectRowsOf(database: Database, name: Name): Promise<void> {
  expect(await database.table(name).toArray(), name).toEqual(fromService.includes(name) ? [] : sound[name]);
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
  });
}

/** The browser fails to read any table until the database is deleted. */
function failToRead(): void {
  const reading = vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(() => {
    throw new DOMException('Internal error.', 'UnknownError');
  });
  const deleting = vi.spyOn(indexedDB, 'deleteDatabase').mockImplementation((name) => {
    reading.mockRestore();
    deleting.mockRestore();
    return indexedDB.deleteDatabase(name);
  });
}

test('a new installation shows no notice, and neither does its next start', async () => {
  expect(await noticesOf(await startWorker())).toEqual([]);
  expect(await noticesOf(await restartBrowser())).toEqual([]);
});

test('the rows of every shown state match their schemas', () => {
  for (const { name, rows } of statesAt(now)) {
    const stored = rows as unknown as Record<string, object | object[] | undefined>;
    for (const [table, schema] of Object.entries(rowSchemas)) {
      for (const row of [stored[table] ?? []].flat()) {
        expect(v.safeParse(schema, row).issues, `${table} of "${name}"`).toBeUndefined();
      }
    }
  }
});

describe('a damaged row', () => {
  test.each(names)(
    'in %s: the database is rebuilt, keeps what the service does not have, and a notice says so',
    async (name) => {
      const before = await startWorker();
      await fill(before);
      await before.table(name).add(damagedRow(before.table(name)));
      const database = await restartBrowser();
      expect(await noticesOf(database)).toContain('damaged');
      const unchanged = names.filter((each) => !['notices', 'accounts', 'silentSignIns', 'policy'].includes(each));
      for (const each of unchanged) await expectRowsOf(database, each);
      const [account, ...others] = await database.accounts.toArray();
      expect(account).toMatchObject({ id: accountId, session: 'signed-in' });
      expect(account, 'is read from the service at once').not.toHaveProperty('syncedAt');
      expect(account).not.toHaveProperty('nextSyncAt');
      expect(others).toEqual([]);
      expect(await database.silentSignIns.toArray()).toEqual(
        name === 'silentSignIns'
          ? [{ connectionId: everyConnection, never: true }, ...sound.silentSignIns]
          : sound.silentSignIns,
      );
    },
  );

  test('in accounts: rows of a deleted account are deleted with it', async () => {
    const before = await startWorker();
    await fill(before);
    await before.table('accounts').put({ ...sound.accounts[0], userName: null });
    const database = await restartBrowser();
    for (const name of ['methods', 'outbox', 'registrations', 'verifications', 'answers', 'confirmations'] as const) {
      expect(await database.table(name).count(), name).toBe(0);
    }
    expect(await database.connections.count()).toBe(1);
  });

  test('in policy: until the browser delivers the policy again the extension is paused and no account is deleted', async () => {
    const before = await startWorker();
    await fill(before);
    await before.table('policy').put({ ...sound.policy[0], values: 'damaged' });
    const database = await restartBrowser();
    expect(await readPolicy(database)).toMatchObject({ paused: true });
    expect(await database.accounts.count()).toBe(1);
  });

  test('found when the service worker fails to start: the start is repeated on the rebuilt database', async () => {
    const before = await startWorker();
    await fill(before);
    await before.table('outbox').add(damagedRow(before.outbox));
    const seen: number[] = [];
    const database = await startOnDatabase({ session, local, now: () => now }, async (each) => {
      const rows = await each.outbox.toArray();
      seen.push(rows.length);
      if (rows.some(({ command }) => command === undefined))
        throw new TypeError('Cannot read properties of undefined.');
      return each;
    });
    opened.push(database);
    expect(seen).toEqual([2, 0]);
    expect(await noticesOf(database)).toContain('damaged');
  });
});

describe('data of a newer version is not damage', () => {
  test('unknown values, unknown fields and an unknown table are kept, in a database of a higher version', async () => {
    const before = await startWorker();
    await fill(before);
    const outboxRow = { ...sound.outbox[0], state: 'later', command: { kind: 'later', with: 1 }, later: true };
    const method = { ...sound.methods[0], smsSignIn: 'later', later: { at: 1 } };
    await before.table('outbox').put(outboxRow);
    await before.table('methods').put(method);
    const version = before.backendDB().version;
    before.close();
    const upgrade = indexedDB.open(databaseName, version + 10);
    upgrade.onupgradeneeded = () => {
      upgrade.result.createObjectStore('later', { keyPath: 'id' }).add({ id: 'one' });
    };
    (await resultOf(upgrade)).close();
    vi.spyOn(console, 'warn').mockImplementation(() => {});

    const database = await restartBrowser();
    expect(await noticesOf(database)).toEqual(['signed-out-by-policy']);
    expect(await database.table('outbox').toArray()).toEqual([outboxRow]);
    expect(await database.table('methods').toArray()).toEqual([method]);
    const later = database.backendDB().transaction('later').objectStore('later');
    expect(await resultOf(later.getAll())).toEqual([{ id: 'one' }]);
  });
});

describe('a database that cannot be read', () => {
  test('is deleted and created again: a notice says that everything is lost, and nobody is signed in silently', async () => {
    await fill(await startWorker());
    failToRead();
    const database = await restartBrowser();
    expect(await noticesOf(database)).toEqual(['lost']);
    expect(await database.accounts.count()).toBe(0);
    expect(await database.silentSignIns.toArray()).toEqual([{ connectionId: everyConnection, never: true }]);
    expect(await database.policy.count()).toBe(0);
  });

  test('loses only the tables that cannot be read', async () => {
    await fill(await startWorker());
    const { getAll } = IDBObjectStore.prototype;
    const reading = vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(function (this: IDBObjectStore) {
      if (this.name !== 'methods') return getAll.call(this);
      throw new DOMException('Internal error.', 'UnknownError');
    });
    const deleting = vi.spyOn(indexedDB, 'deleteDatabase').mockImplementation((name) => {
      deleting.mockRestore();
      return indexedDB.deleteDatabase(name);
    });
    const database = await restartBrowser();
    reading.mockRestore();
    expect(await noticesOf(database)).toContain('damaged');
    await expectRowsOf(database, 'settings');
    await expectRowsOf(database, 'verifications');
    await expectRowsOf(database, 'silentSignIns');
    expect(await database.methods.count()).toBe(0);
  });

  test('a single failure to read deletes nothing', async () => {
    await fill(await startWorker());
    vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementationOnce(() => {
      throw new DOMException('Internal error.', 'UnknownError');
    });
    const database = await restartBrowser();
    expect(await noticesOf(database)).toEqual(['signed-out-by-policy']);
    expect(await database.accounts.count()).toBe(1);
  });
});

describe('a database that is gone, as browsers leave a corrupt one', () => {
  test('a notice says so once, and nobody is signed in silently', async () => {
    const before = await startWorker();
    await fill(before);
    await before.delete();
    const database = await restartBrowser();
    expect(await noticesOf(database)).toEqual(['lost']);
    expect(await database.silentSignIns.toArray()).toEqual([{ connectionId: everyConnection, never: true }]);
    await database.notices.clear();
    expect(await noticesOf(await restartBrowser())).toEqual([]);
  });

  test('without `storage.local` the extension works, and only the notice is missing', async () => {
    local.set = () => Promise.reject(new Error('No.'));
    local.get = () => Promise.reject(new Error('No.'));
    const before = await startWorker();
    await fill(before);
    await before.delete();
    expect(await noticesOf(await restartBrowser())).toEqual([]);
  });
});

describe('a database that cannot be opened', () => {
  const refuseToOpen = (error: DOMException) =>
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw error;
    });

  test.each(['InvalidStateError', 'QuotaExceededError', 'SecurityError'])(
    '%s: the start fails as storage-unavailable, nothing is deleted, and the next start succeeds',
    async (name) => {
      const before = await startWorker();
      await fill(before);
      const deleting = vi.spyOn(indexedDB, 'deleteDatabase');
      const opening = refuseToOpen(new DOMException('Refused.', name));
      await expect(restartBrowser()).rejects.toMatchObject({ kind: 'storage-unavailable' });
      opening.mockRestore();
      expect(deleting).not.toHaveBeenCalled();
      const database = await startWorker();
      expect(await noticesOf(database)).toEqual(['signed-out-by-policy']);
      expect(await database.accounts.count()).toBe(1);
    },
  );

  test('and cannot be created again: the start fails as storage-unavailable', async () => {
    await startWorker();
    const opening = refuseToOpen(new DOMException('Internal error opening backing store.', 'UnknownError'));
    await expect(restartBrowser()).rejects.toMatchObject({ kind: 'storage-unavailable' });
    opening.mockRestore();
  });

  test('but can be created again: a notice says that everything is lost', async () => {
    await fill(await startWorker());
    const opening = refuseToOpen(new DOMException('Internal error opening backing store.', 'UnknownError'));
    const deleting = vi.spyOn(indexedDB, 'deleteDatabase').mockImplementation((name) => {
      opening.mockRestore();
      deleting.mockRestore();
      return indexedDB.deleteDatabase(name);
    });
    expect(await noticesOf(await restartBrowser())).toEqual(['lost']);
  });
});

test('a start that fails on sound rows fails, and is not repeated', async () => {
  const start = vi.fn(() => Promise.reject(new Error('A defect.')));
  await expect(startOnDatabase({ session, local, now: () => now }, start)).rejects.toThrow('A defect.');
  await expect(startOnDatabase({ session, local, now: () => now }, start)).rejects.toThrow('A defect.');
  expect(start).toHaveBeenCalledTimes(2);
});
