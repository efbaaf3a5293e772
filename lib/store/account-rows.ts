// All that is stored of one account, for its activity and for saying what is stored.
import type { Answer, CachedMethod, Confirmation, HostedRegistration, JournalEntry, Verification } from './database.ts';
import { accountTables, type ReadTables } from './tables.ts';

export interface AccountRows {
  methods: CachedMethod[];
  journal: JournalEntry[];
  registrations: HostedRegistration[];
  verifications: Verification[];
  answers: Answer[];
  confirmations: Confirmation[];
}

export async function readAccountRows(read: ReadTables, accountId: string): Promise<AccountRows> {
  const stored = await read(accountTables);
  return Object.fromEntries(
    accountTables.map((name) => [name, stored[name].filter((row) => row.accountId === accountId)]),
  ) as unknown as AccountRows;
}
