// Reading tables whole, in one piece: pages and the background have different ways to the same rows.

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
} from '../model/rows.ts';
import type { ReceivedPolicy } from '../policy/received.ts';

/** Every table, by what a row of it is. */
interface TableRows {
  connections: Connection;
  accounts: Account;
  methods: CachedMethod;
  outbox: CommandRow;
  registrations: HostedRegistration;
  verifications: Verification;
  answers: Answer;
  settings: Settings;
  confirmations: Confirmation;
  silentSignIns: SilentSignIn;
  policy: ReceivedPolicy;
  notices: Notice;
}
export type TableName = keyof TableRows;
/** What was read of tables. */
export type Read<Name extends TableName> = { [Each in Name]: TableRows[Each][] };

/** All rows of the tables named, as they were at one moment. */
export type ReadTables = <Name extends TableName>(names: readonly Name[]) => Promise<Read<Name>>;

/** The tables whose rows belong to one account: all of them go when it is forgotten. */
export const accountTables = [
  'methods',
  'outbox',
  'registrations',
  'verifications',
  'answers',
  'confirmations',
] as const;
export type AccountTable = (typeof accountTables)[number];
