// What a page needs to know to draw itself, read in one piece so that no two parts of it are of different times.
import { connectionsInEffect } from '../policy/overlay.ts';
import type { ReceivedPolicy } from '../policy/received.ts';
import type {
  Account,
  Answer,
  CachedMethod,
  Confirmation,
  Connection,
  Farewell,
  HostedRegistration,
  JournalEntry,
  Settings,
  Verification,
} from './database.ts';
import type { ReadTables } from './tables.ts';

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

const tables = [
  ...(['connections', 'accounts', 'methods', 'journal', 'registrations', 'verifications'] as const),
  ...(['answers', 'settings', 'confirmations', 'policy', 'farewells'] as const),
];

export async function readRows(read: ReadTables): Promise<Rows> {
  const { connections, journal, settings, policy, ...others } = await read(tables);
  const managed = policy.find(({ id }) => id === 'managed');
  return {
    ...others,
    connections: connectionsInEffect(connections, managed?.values ?? {}),
    journal: journal.toSorted((one, other) => other.updatedAt - one.updatedAt).slice(0, newestCommands),
    settings: settings.find(({ id }) => id === 'settings'),
    policy: managed,
  };
}
