// The database holds masked numbers, states, times and the outbox; never tokens, full numbers or codes.
import { Dexie, type Table } from 'dexie';
import { createChangeNotifier, databaseName } from '../../shared/messages/changes.ts';
import type { Connection, SilentSignIn, TableName } from '../../shared/model/rows.ts';
import type { TableRows } from '../../shared/tables/tables.ts';
import { upgradeToVersion4 } from './upgrade-4.ts';

/** Tables whose key has two parts. */
type MethodTable = 'methods' | 'answers' | 'confirmations';
export type Database = Dexie & {
  [Name in TableName]: Table<TableRows[Name], Name extends MethodTable ? [string, string] : string>;
};

export function openDatabase(name = databaseName): Database {
  const database = new Dexie(name) as Database;
  database.version(1).stores({
    connections: 'id',
    accounts: 'id, connectionId',
    methods: '[accountId+id], accountId',
    journal: 'id, accountId, state, updatedAt',
    registrations: 'id, accountId, [accountId+state]',
    verifications: 'id, accountId, state',
    answers: '[accountId+methodId], accountId',
  });
  database.version(2).stores({
    settings: 'id',
    confirmations: '[accountId+methodId], accountId',
  });
  database
    .version(3)
    .stores({ silentSignIns: 'connectionId', policy: 'id', farewells: 'id' })
    // The time of the silent sign-in leaves the connection, because a managed connection has no row.
    .upgrade(async (transaction) => {
      type Former = Connection & { silentSignInAt?: number; noSilentSignIn?: boolean };
      const connections = transaction.table<Former>('connections');
      for (const { silentSignInAt, noSilentSignIn, ...connection } of await connections.toArray()) {
        await connections.put(connection);
        if (silentSignInAt === undefined && !noSilentSignIn) continue;
        await transaction.table<SilentSignIn>('silentSignIns').put({
          connectionId: connection.id,
          ...(silentSignInAt === undefined ? {} : { at: silentSignInAt }),
          ...(noSilentSignIn ? { never: true } : {}),
        });
      }
    });
  database
    .version(4)
    .stores({ outbox: 'id, accountId, state, updatedAt', notices: 'id', journal: null, farewells: null })
    .upgrade(upgradeToVersion4);
  // Claims challenges move to storage.session; the service repeats those that are lost here.
  database.version(5).upgrade(async (transaction) => {
    type Former = { stepUp?: { claims?: string; done?: boolean; signIns?: number } };
    for (const name of ['outbox', 'verifications']) {
      const rows = transaction.table<Former>(name).filter(({ stepUp }) => stepUp !== undefined);
      await rows.modify((row) => {
        const { claims: _, done, ...stepUp } = row.stepUp ?? {};
        row.stepUp = { signIns: Number(done ?? false), ...stepUp };
      });
    }
  });
  return database;
}

export function announceChanges(): void {
  Dexie.on('storagemutated', createChangeNotifier());
}
