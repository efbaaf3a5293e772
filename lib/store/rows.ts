// What a page needs to know to draw itself, read in one piece so that no two parts of it are of different times.
import type { ReceivedPolicy } from '../policy/received.ts';
import { readConnections } from './connections.ts';
import type {
  Account,
  Answer,
  CachedMethod,
  Confirmation,
  Connection,
  Database,
  Farewell,
  HostedRegistration,
  JournalEntry,
  Settings,
  Verification,
} from './database.ts';

export interface Rows {
  /** Those that count, with managed policy laid over. */
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
  /** What the organization has set; none without policy. */
  policy?: ReceivedPolicy | undefined;
  /** When accounts were signed out since their organization's settings are no longer there. */
  farewells?: Farewell[];
}

/** Pages show commands that run or just ended; the whole journal may be long. */
const newestCommands = 50;

export function readRows(database: Database): Promise<Rows> {
  const { connections, accounts, methods, journal, registrations, verifications } = database;
  const { answers, settings, confirmations, policy, farewells } = database;
  const tables = [
    ...[connections, accounts, methods, journal, registrations, verifications],
    ...[answers, settings, confirmations, policy, farewells],
  ];
  return database.transaction('r', tables, async () => ({
    connections: await readConnections(database),
    accounts: await accounts.toArray(),
    methods: await methods.toArray(),
    journal: await journal.orderBy('updatedAt').reverse().limit(newestCommands).toArray(),
    registrations: await registrations.toArray(),
    verifications: await verifications.toArray(),
    answers: await answers.toArray(),
    settings: await settings.get('settings'),
    confirmations: await confirmations.toArray(),
    policy: await policy.get('managed'),
    farewells: await farewells.toArray(),
  }));
}
