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
