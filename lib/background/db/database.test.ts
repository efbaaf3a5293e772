// Every schema that was ever shipped, declared here as it was, opened by the code of today.
import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { afterEach, expect, test } from 'vitest';
import { type Database, openDatabase } from './database.ts';

let database: Database | undefined;
afterEach(async () => {
  await database?.delete();
});

/** What each version added. A version that is to come adds a line here, and its rows below. */
const shipped: Record<string, string | null>[] = [
  {
    connections: 'id',
    accounts: 'id, connectionId',
    methods: '[accountId+id], accountId',
    journal: 'id, accountId, state, updatedAt',
    registrations: 'id, accountId, [accountId+state]',
    verifications: 'id, accountId, state',
    answers: '[accountId+methodId], accountId',
  },
  { settings: 'id', confirmations: '[accountId+methodId], accountId' },
  { silentSignIns: 'connectionId', policy: 'id', farewells: 'id' },
  { outbox: 'id, accountId, state, updatedAt', notices: 'id', journal: null, farewells: null },
];

/** The table that a row of an earlier version is in today. */
const renamed: Record<string, string> = { journal: 'outbox', farewells: 'notices' };

const accountId = 'tenant.one';
const method = { accountId, methodId: 'mobile', masked: '+44 •••• 982' };
const connection = { id: 'tenant', cloud: 'global', tenant: 'contoso.example', clientId: 'client', connectedAt: 1 };
/** A row of each table, as it was written. */
const kept: Record<string, object> = {
  connections: connection,
  accounts: { id: accountId, connectionId: 'tenant', userName: 'one@contoso.example', session: 'signed-in' },
  methods: { accountId, id: 'mobile', type: 'mobile', masked: '+44 •••• 982', smsSignIn: 'ready' },
  outbox: {
    ...{ id: 'command', accountId, command: { kind: 'enable', accountId, methodId: 'mobile' } },
    ...{ state: 'settling', createdAt: 1, updatedAt: 2 },
  },
  registrations: { id: 'registration', accountId, state: 'waiting' },
  verifications: { id: 'verification', accountId, state: 'awaiting-code', commandIds: [], texts: 0 },
  answers: { ...method, never: true },
  settings: { id: 'settings', banner: false },
  confirmations: { ...method, confirmedAt: 3 },
  silentSignIns: { connectionId: 'tenant', never: true },
  policy: { id: 'managed', values: {}, rejected: [], received: {}, fingerprint: '', receivedAt: 4 },
  notices: { id: 'signed-out-by-policy', at: 5 },
};

/** A database as a version left it behind, with a row in each of its tables. */
async function leaveBehind(version: number, rows = kept): Promise<{ name: string; tables: string[] }> {
  const name = `version-${version}-${crypto.randomUUID()}`;
  const before = new Dexie(name);
  for (const [index, tables] of shipped.slice(0, version).entries()) before.version(index + 1).stores(tables);
  await before.open();
  const tables = before.tables.map((table) => renamed[table.name] ?? table.name);
  for (const table of before.tables) await table.add(rows[renamed[table.name] ?? table.name]);
  before.close();
  return { name, tables };
}

test('every version there was is declared here', async () => {
  database = openDatabase(`new-${crypto.randomUUID()}`);
  await database.open();
  expect(database.verno).toBe(shipped.length);
  expect(database.tables.map(({ name }) => name).toSorted()).toEqual(Object.keys(kept).toSorted());
});

test.each(shipped.map((_, index) => index + 1))('what version %d kept survives the update', async (version) => {
  const { name, tables } = await leaveBehind(version);
  database = openDatabase(name);
  for (const table of Object.keys(kept)) {
    expect(await database.table(table).toArray()).toEqual(tables.includes(table) ? [kept[table]] : []);
  }
  // By the indexes, too.
  expect(await database.outbox.where({ state: 'settling' }).count()).toBe(1);
  expect(await database.registrations.where({ accountId, state: 'waiting' }).count()).toBe(1);
});

test.each([1, 2])('version %d: what was known of a connection moves to a table of its own', async (version) => {
  const former = { ...connection, silentSignInAt: 7, noSilentSignIn: true };
  const { name } = await leaveBehind(version, { ...kept, connections: former });
  database = openDatabase(name);
  expect(await database.connections.toArray()).toEqual([connection]);
  expect(await database.silentSignIns.toArray()).toEqual([{ connectionId: 'tenant', at: 7, never: true }]);
});

test('an update that is interrupted leaves what there was, and is done at the next start', async () => {
  const { name } = await leaveBehind(2, { ...kept, connections: { ...connection, silentSignInAt: 7 } });
  const broken = openDatabase(name);
  broken.version(3).upgrade(() => {
    throw new Error('Stopped here.');
  });
  await expect(broken.open()).rejects.toThrow();
  database = openDatabase(name);
  expect(await database.methods.toArray()).toEqual([kept.methods]);
  expect(await database.silentSignIns.toArray()).toEqual([{ connectionId: 'tenant', at: 7 }]);
});
