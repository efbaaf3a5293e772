// What a page needs to know to draw itself, read in one piece so that no two parts of it are of different times.
import type {
  Account,
  Answer,
  CachedMethod,
  Confirmation,
  Connection,
  Database,
  HostedRegistration,
  JournalEntry,
  Settings,
  Verification,
} from './database.ts';

export interface Rows {
  connections: Connection[];
  accounts: Account[];
  methods: CachedMethod[];
  /** The newest commands, newest first. */
  journal: JournalEntry[];
  registrations: HostedRegistration[];
  verifications: Verification[];
  answers: Answer[];
  settings?: Settings | undefined;
  confirmations: Confirmation[];
}

/** Pages show commands that run or just ended; the whole journal may be long. */
const newestCommands = 50;

export function readRows(database: Database): Promise<Rows> {
  const { connections, accounts, methods, journal, registrations, verifications } = database;
  const { answers, settings, confirmations } = database;
  const tables = [
    ...[connections, accounts, methods, journal, registrations, verifications],
    ...[answers, settings, confirmations],
  ];
  return database.transaction('r', tables, async () => ({
    connections: await connections.toArray(),
    accounts: await accounts.toArray(),
    methods: await methods.toArray(),
    journal: await journal.orderBy('updatedAt').reverse().limit(newestCommands).toArray(),
    registrations: await registrations.toArray(),
    verifications: await verifications.toArray(),
    answers: await answers.toArray(),
    settings: await settings.get('settings'),
    confirmations: await confirmations.toArray(),
  }));
}
