import { type AccountTable, accountTables, type Read, type ReadTables } from '../../lib/shared/tables/tables.ts';

export type AccountRows = Read<AccountTable>;

export async function readAccountRows(read: ReadTables, accountId: string): Promise<AccountRows> {
  const stored = await read(accountTables);
  return Object.fromEntries(
    accountTables.map((name) => [name, stored[name].filter((row) => row.accountId === accountId)]),
  ) as unknown as AccountRows;
}
