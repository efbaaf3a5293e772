import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { expect, test } from 'vitest';
import { openDatabase } from './database.ts';

/** The tables of the first version, as it was shipped. */
const first = {
  connections: 'id',
  accounts: 'id, connectionId',
  methods: '[accountId+id], accountId',
  journal: 'id, accountId, state, updatedAt',
  registrations: 'id, accountId, [accountId+state]',
  verifications: 'id, accountId, state',
  answers: '[accountId+methodId], accountId',
};

test('what the first version kept survives the update', async () => {
  const name = `upgrade-${crypto.randomUUID()}`;
  const rows: Record<string, object> = {
    connections: { id: 'tenant', cloud: 'global', tenant: 'contoso.example', clientId: 'client', connectedAt: 1 },
    accounts: { id: 'tenant.one', connectionId: 'tenant', userName: 'one@contoso.example', session: 'signed-in' },
    methods: { accountId: 'tenant.one', id: 'mobile', type: 'mobile', masked: '+44 •••• 982', smsSignIn: 'ready' },
    journal: { id: 'command', accountId: 'tenant.one', state: 'settling', createdAt: 1, updatedAt: 2 },
    registrations: { id: 'registration', accountId: 'tenant.one', state: 'waiting' },
    verifications: { id: 'verification', accountId: 'tenant.one', state: 'awaiting-code' },
    answers: { accountId: 'tenant.one', methodId: 'mobile', masked: '+44 •••• 982', never: true },
  };
  const before = new Dexie(name);
  before.version(1).stores(first);
  await Promise.all(Object.entries(rows).map(([table, row]) => before.table(table).add(row)));
  before.close();

  const database = openDatabase(name);
  for (const [table, row] of Object.entries(rows)) expect(await database.table(table).toArray()).toEqual([row]);
  expect(await database.journal.where({ state: 'settling' }).count()).toBe(1);
  await database.settings.put({ id: 'settings', banner: false });
  expect(await database.confirmations.where({ accountId: 'tenant.one' }).toArray()).toEqual([]);
  await database.delete();
});
