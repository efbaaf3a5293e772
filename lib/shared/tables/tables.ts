import type { Connection, Row, TableName } from '../model/rows.ts';
import type { ReceivedPolicy } from '../policy/received.ts';

export type TableRows = { [Name in Exclude<TableName, 'connections' | 'policy'>]: Row<Name> } & {
  connections: Connection;
  policy: ReceivedPolicy;
};
export type Read<Name extends TableName> = { [Each in Name]: TableRows[Each][] };

/** Reads all rows of the tables in one transaction. */
export type ReadTables = <Name extends TableName>(names: readonly Name[]) => Promise<Read<Name>>;

/** The tables whose rows have an `accountId`: they are deleted with the account. */
export const accountTables = [
  'methods',
  'outbox',
  'verifications',
  'registrations',
  'answers',
  'confirmations',
] as const;
export type AccountTable = (typeof accountTables)[number];

/** Rows that were not changed for this many days are deleted. */
export const retentionDays = 90;
