// Opens databases of every released schema.
import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { afterEach, expect, test } from 'vitest';
import { type Database, openDatabase } from './database.ts';

let database: Database | undefined;
afterEach(async () => {
  await database?.delete();
});

/** The changes of each schema version. A new version adds a line here, and its rows below. */
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
  {},
];

/** Tables that a later version renames. */
const renamed: Record<string, string> = { journal: 'outbox', farewells: 'notices' };

const accountId = 'tenant.one';
const method = { accountId, methodId: 'mobile', masked: '+44 •••• 982' };
const connection = { id: 'tenant', cloud: 'global', tenant: 'contoso.example', clientId: 'client', connectedAt: 1 };
/** A row of each table. */
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

/** Creates a database of an earlier version, with a row in each of its tables. */
async function createEarlier(version: number, rows = kept): Promise<{ name: string; tables: string[] }> {
  const name = `version-${version}-${crypto.randomUUID()}`;
  const before = new Dexie(name);
  for (const [index, tables] of shipped.slice(0, version).entries()) before.version(index + 1).stores(tables);
  await before.open();
  const tables = before.tables.map((table) => renamed[table.name] ?? table.name);
  for (const table of before.tables) await table.add(rows[renamed[table.name] ?? table.name]);
  before.close();
  return { name, tables };
}

test('this file declares every schema version', async () => {
  database = openDatabase(`new-${crypto.randomUUID()}`);
  await database.open();
  expect(database.verno).toBe(shipped.length);
  expect(database.tables.map(({ name }) => name).toSorted()).toEqual(Object.keys(kept).toSorted());
});

test.each(shipped.map((_, index) => index + 1))('the rows of version %d survive the upgrade', async (version) => {
  const { name, tables } = await createEarlier(version);
  database = openDatabase(name);
  for (const table of Object.keys(kept)) {
    expect(await database.table(table).toArray()).toEqual(tables.includes(table) ? [kept[table]] : []);
  }
  expect(await database.outbox.where({ state: 'settling' }).count()).toBe(1);
  expect(await database.registrations.where({ accountId, state: 'waiting' }).count()).toBe(1);
});

test.each([1, 2])(
  'the upgrade from version %d moves silent sign-in data from connections to its own table',
  async (version) => {
    const former = { ...connection, silentSignInAt: 7, noSilentSignIn: true };
    const { name } = await createEarlier(version, { ...kept, connections: former });
    database = openDatabase(name);
    expect(await database.connections.toArray()).toEqual([connection]);
    expect(await database.silentSignIns.toArray()).toEqual([{ connectionId: 'tenant', at: 7, never: true }]);
  },
);

test('the upgrade from version 4 removes claims challenges, and counts the sign-ins of a command', async () => {
  const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
  const { name } = await createEarlier(4, {
    ...kept,
    outbox: { ...kept.outbox, stepUp: { claims, resume: 'requested', done: true } },
    verifications: { ...kept.verifications, stepUp: { claims, step: 'confirming' } },
  });
  database = openDatabase(name);
  expect(await database.outbox.toArray()).toEqual([{ ...kept.outbox, stepUp: { resume: 'requested', signIns: 1 } }]);
  expect(await database.verifications.toArray()).toEqual([
    { ...kept.verifications, stepUp: { step: 'confirming', signIns: 0 } },
  ]);
});

test('an interrupted upgrade changes nothing, and is repeated at the next start', async () => {
  const { name } = await createEarlier(2, { ...kept, connections: { ...connection, silentSignInAt: 7 } });
  const broken = openDatabase(name);
  broken.version(3).upgrade(() => {
    throw new Error('Stopped here.');
  });
  await expect(broken.open()).rejects.toThrow();
  database = openDatabase(name);
  expect(await database.methods.toArray()).toEqual([kept.methods]);
  expect(await database.silentSignIns.toArray()).toEqual([{ connectionId: 'tenant', at: 7 }]);
});
