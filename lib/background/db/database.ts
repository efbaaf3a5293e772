// The database holds masked numbers, states, times and the outbox; never tokens, full numbers or codes.
import { Dexie, type EntityTable, type Table } from 'dexie';
import { createChangeNotifier, databaseName } from '../../shared/messages/changes.ts';
import type {
  Account,
  Answer,
  CachedMethod,
  CommandRow,
  Confirmation,
  Connection,
  HostedRegistration,
  Notice,
  Settings,
  SilentSignIn,
  Verification,
} from '../../shared/model/rows.ts';
import type { ReceivedPolicy } from '../../shared/policy/received.ts';
import { upgradeToVersion4 } from './upgrade-4.ts';

export type Database = Dexie & {
  connections: EntityTable<Connection, 'id'>;
  accounts: EntityTable<Account, 'id'>;
  methods: Table<CachedMethod, [string, string]>;
  outbox: Table<CommandRow, string>;
  registrations: EntityTable<HostedRegistration, 'id'>;
  verifications: Table<Verification, string>;
  answers: Table<Answer, [string, string]>;
  settings: EntityTable<Settings, 'id'>;
  confirmations: Table<Confirmation, [string, string]>;
  silentSignIns: EntityTable<SilentSignIn, 'connectionId'>;
  policy: EntityTable<ReceivedPolicy, 'id'>;
  notices: EntityTable<Notice, 'id'>;
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
  return database;
}

/** Notifies the pages of each committed change. */
export function announceChanges(): void {
  Dexie.on('storagemutated', createChangeNotifier());
}
