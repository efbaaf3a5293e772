// All that is stored of one account, for its activity and for saying what is stored.
import {
  type Answer,
  accountTables,
  type CachedMethod,
  type Confirmation,
  type Database,
  type HostedRegistration,
  type JournalEntry,
  type Verification,
} from './database.ts';

export interface AccountRows {
  methods: CachedMethod[];
  journal: JournalEntry[];
  registrations: HostedRegistration[];
  verifications: Verification[];
  answers: Answer[];
  confirmations: Confirmation[];
}

export function readAccountRows(database: Database, accountId: string): Promise<AccountRows> {
  const tables = accountTables.map((name) => database.table(name));
  return database.transaction('r', tables, async () => {
    const rows = await Promise.all(tables.map((table) => table.where({ accountId }).toArray()));
    return Object.fromEntries(accountTables.map((name, index) => [name, rows[index]])) as unknown as AccountRows;
  });
}
