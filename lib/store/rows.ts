// What a page needs to know to draw itself, read in one piece so that no two parts of it are of different times.
import type {
  Account,
  Answer,
  CachedMethod,
  Connection,
  Database,
  HostedRegistration,
  JournalEntry,
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
}

/** Pages show commands that run or just ended; the whole journal may be long. */
const newestCommands = 50;

export function readRows(database: Database): Promise<Rows> {
  const { connections, accounts, methods, journal, registrations, verifications, answers } = database;
  return database.transaction(
    'r',
    [connections, accounts, methods, journal, registrations, verifications, answers],
    async () => {
      const [connectionRows, accountRows, methodRows, journalRows, registrationRows, verificationRows, answerRows] =
        await Promise.all([
          connections.toArray(),
          accounts.toArray(),
          methods.toArray(),
          journal.orderBy('updatedAt').reverse().limit(newestCommands).toArray(),
          registrations.toArray(),
          verifications.toArray(),
          answers.toArray(),
        ]);
      return {
        connections: connectionRows,
        accounts: accountRows,
        methods: methodRows,
        journal: journalRows,
        registrations: registrationRows,
        verifications: verificationRows,
        answers: answerRows,
      };
    },
  );
}
