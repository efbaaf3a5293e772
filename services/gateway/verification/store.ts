// The database: challenges, the texts sent for them, wrong codes, and the journal of numbers that are proven but not yet
// written. One SQLite file, so that a challenge and what counts against its caps change in one transaction.
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { ProblemKind } from '../api/problems.ts';
import type { PhoneType } from '../directory/graph.ts';
import type { CappedBy } from './caps.ts';

type Purpose = 'add' | 'change';

/** `cancelled` keeps the id taken: a late repeat of the first request must not text. */
export type StoredState = 'sent' | 'confirmed' | 'writing' | 'done' | 'failed' | 'cancelled';

export interface StoredChallenge {
  oid: string;
  id: string;
  /** As Graph writes it; null as soon as nothing needs it any more. */
  number: string | null;
  number_mark: string;
  masked: string;
  type: PhoneType;
  purpose: Purpose;
  state: StoredState;
  /** How many texts: the newest is `sends.send` of this number. */
  send: number;
  tries_left: number;
  created_at: number;
  error: ProblemKind | null;
  error_at: number | null;
  sms_sign_in: string | null;
}

/** `sending` is written before the text leaves. Found at the start of the server it means: nobody knows. */
export type Delivery = 'sending' | 'accepted' | 'refused' | 'unknown';

export interface StoredSend {
  oid: string;
  id: string;
  send: number;
  at: number;
  number_mark: string;
  address_mark: string | null;
  calling_code: string;
  code_hash: Uint8Array | null;
  delivery: Delivery;
}

export interface JournalEntry {
  oid: string;
  id: string;
  /** `write`: Graph does not show the number yet. `notify`: it does; a notice to another number is owed. */
  step: 'write' | 'notify';
  started_at: number;
  tries: number;
  next_try_at: number;
  /** When Graph last took the write, and how often it did. */
  written_at: number | null;
  writes: number;
  /** Graph refused, but may have saved all the same: what to report if the number does not show. */
  refusal: ProblemKind | null;
  notify: string | null;
}

const schema = `
  CREATE TABLE IF NOT EXISTS challenges (
    oid TEXT NOT NULL, id TEXT NOT NULL, number TEXT, number_mark TEXT NOT NULL, masked TEXT NOT NULL,
    type TEXT NOT NULL, purpose TEXT NOT NULL, state TEXT NOT NULL, send INTEGER NOT NULL, tries_left INTEGER NOT NULL,
    created_at INTEGER NOT NULL, error TEXT, error_at INTEGER, sms_sign_in TEXT,
    PRIMARY KEY (oid, id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS sends (
    oid TEXT NOT NULL, id TEXT NOT NULL, send INTEGER NOT NULL, at INTEGER NOT NULL, number_mark TEXT NOT NULL,
    address_mark TEXT, calling_code TEXT NOT NULL, code_hash BLOB, delivery TEXT NOT NULL,
    PRIMARY KEY (oid, id, send)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS sends_by_user ON sends (oid, at);
  CREATE INDEX IF NOT EXISTS sends_by_number ON sends (number_mark, at);
  CREATE INDEX IF NOT EXISTS sends_by_address ON sends (address_mark, at);
  CREATE INDEX IF NOT EXISTS sends_by_country ON sends (calling_code, at);
  CREATE TABLE IF NOT EXISTS wrong_codes (oid TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS wrong_codes_by_user ON wrong_codes (oid, at);
  CREATE TABLE IF NOT EXISTS journal (
    oid TEXT NOT NULL, id TEXT NOT NULL, step TEXT NOT NULL, started_at INTEGER NOT NULL, tries INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL, written_at INTEGER, writes INTEGER NOT NULL, refusal TEXT, notify TEXT,
    PRIMARY KEY (oid, id)
  ) STRICT;
`;
const schemaVersion = 1;

const columnOf = {
  user: 'oid',
  number: 'number_mark',
  address: 'address_mark',
  country: 'calling_code',
} as const satisfies Record<CappedBy, string>;

export type Store = ReturnType<typeof openStore>;

export function openStore(path: string) {
  const database = new DatabaseSync(path, { timeout: 5000 });
  // FULL: a text that left is still known of after a power cut, too.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;');
  const { user_version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (user_version > schemaVersion) throw new Error('the database was written by a newer gateway');
  database.exec(`${schema} PRAGMA user_version = ${schemaVersion};`);

  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const prepared = (sql: string) => {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  const one = <Row>(sql: string, ...values: SQLInputValue[]) => prepared(sql).get(...values) as Row | undefined;
  const all = <Row>(sql: string, ...values: SQLInputValue[]) => prepared(sql).all(...values) as Row[];
  const run = (sql: string, ...values: SQLInputValue[]) => Number(prepared(sql).run(...values).changes);

  return {
    /** All or nothing, and nobody else writes meanwhile, not even another process. */
    transaction<Result>(work: () => Result): Result {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        // On a full disk SQLite has rolled back by itself, and would complain of the second time instead of the disk.
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },

    challenge: (oid: string, id: string) =>
      one<StoredChallenge>('SELECT * FROM challenges WHERE oid = ? AND id = ?', oid, id),

    insertChallenge(c: Omit<StoredChallenge, 'error' | 'error_at' | 'sms_sign_in'>) {
      run(
        `INSERT INTO challenges (oid, id, number, number_mark, masked, type, purpose, state, send, tries_left, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[
          c.oid,
          c.id,
          c.number,
          c.number_mark,
          c.masked,
          c.type,
          c.purpose,
          c.state,
          c.send,
          c.tries_left,
          c.created_at,
        ],
      );
    },

    /** The newer verification counts: earlier ones for the same phone end. */
    supersede(oid: string, type: PhoneType, now: number) {
      const open = all<{ id: string }>(
        `SELECT id FROM challenges WHERE oid = ? AND type = ? AND state = 'sent'`,
        oid,
        type,
      );
      for (const { id } of open) this.end(oid, id, 'failed', now, { error: 'code-replaced' });
    },

    setSend: (oid: string, id: string, send: number) =>
      run('UPDATE challenges SET send = ? WHERE oid = ? AND id = ?', send, oid, id),
    setTriesLeft: (oid: string, id: string, left: number) =>
      run('UPDATE challenges SET tries_left = ? WHERE oid = ? AND id = ?', left, oid, id),
    setState: (oid: string, id: string, state: StoredState) =>
      run('UPDATE challenges SET state = ? WHERE oid = ? AND id = ?', state, oid, id),

    /** The last state; forgets the number and the codes. */
    end(
      oid: string,
      id: string,
      state: 'done' | 'failed' | 'cancelled',
      now: number,
      { error, smsSignIn }: { error?: ProblemKind; smsSignIn?: string | undefined } = {},
    ) {
      run(
        `UPDATE challenges SET state = ?, number = NULL, error = ?, error_at = ?, sms_sign_in = ? WHERE oid = ? AND id = ?`,
        ...[state, error ?? null, error ? now : null, smsSignIn ?? null, oid, id],
      );
      run('UPDATE sends SET code_hash = NULL WHERE oid = ? AND id = ?', oid, id);
    },

    sends: (oid: string, id: string) =>
      all<StoredSend>('SELECT * FROM sends WHERE oid = ? AND id = ? ORDER BY send DESC', oid, id),
    insertSend(s: StoredSend) {
      run(
        `INSERT INTO sends (oid, id, send, at, number_mark, address_mark, calling_code, code_hash, delivery)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[s.oid, s.id, s.send, s.at, s.number_mark, s.address_mark, s.calling_code, s.code_hash, s.delivery],
      );
    },
    setDelivery: (oid: string, id: string, send: number, delivery: Delivery) =>
      run('UPDATE sends SET delivery = ? WHERE oid = ? AND id = ? AND send = ?', delivery, oid, id, send),
    /** At the start: whoever was sending is gone. @returns how many */
    settleInterruptedSends: () => run(`UPDATE sends SET delivery = 'unknown' WHERE delivery = 'sending'`),

    /**
     * When the `limit`-th newest text of the window went out, if there are so many. Texts that certainly never left do
     * not count; a text exactly as old as the window no longer does.
     */
    sendThatFillsCap: (
      by: CappedBy,
      value: string,
      { limit, windowMs }: { limit: number; windowMs: number },
      now: number,
    ) =>
      one<{ at: number }>(
        `SELECT at FROM sends WHERE ${columnOf[by]} = ? AND at > ? AND delivery <> 'refused'
         ORDER BY at DESC LIMIT 1 OFFSET ?`,
        ...[value, now - windowMs, limit - 1],
      )?.at,

    insertWrongCode: (oid: string, at: number) => run('INSERT INTO wrong_codes (oid, at) VALUES (?, ?)', oid, at),
    wrongCodeThatFillsCap: (oid: string, { limit, windowMs }: { limit: number; windowMs: number }, now: number) =>
      one<{ at: number }>(
        'SELECT at FROM wrong_codes WHERE oid = ? AND at > ? ORDER BY at DESC LIMIT 1 OFFSET ?',
        ...[oid, now - windowMs, limit - 1],
      )?.at,

    journalEntry: (oid: string, id: string) =>
      one<JournalEntry>('SELECT * FROM journal WHERE oid = ? AND id = ?', oid, id),
    insertJournalEntry: (oid: string, id: string, now: number) =>
      run(
        `INSERT INTO journal (oid, id, step, started_at, tries, next_try_at, writes) VALUES (?, ?, 'write', ?, 0, ?, 0)`,
        ...[oid, id, now, now],
      ),
    updateJournalEntry(j: JournalEntry) {
      run(
        `UPDATE journal SET step = ?, started_at = ?, tries = ?, next_try_at = ?, written_at = ?, writes = ?, refusal = ?,
         notify = ? WHERE oid = ? AND id = ?`,
        ...[j.step, j.started_at, j.tries, j.next_try_at, j.written_at, j.writes, j.refusal, j.notify, j.oid, j.id],
      );
    },
    deleteJournalEntry: (oid: string, id: string) => run('DELETE FROM journal WHERE oid = ? AND id = ?', oid, id),
    journalEntriesDue: (now: number) =>
      all<JournalEntry>('SELECT * FROM journal WHERE next_try_at <= ? ORDER BY next_try_at', now),
    nextJournalTry: () => one<{ at: number | null }>('SELECT min(next_try_at) AS at FROM journal')?.at ?? undefined,

    /** Nobody came back with the code: the number need not be kept any longer. */
    expire(createdBefore: number, now: number) {
      const forgotten = all<{ oid: string; id: string }>(
        `SELECT oid, id FROM challenges WHERE state = 'sent' AND created_at < ?`,
        createdBefore,
      );
      for (const { oid, id } of forgotten) this.end(oid, id, 'failed', now, { error: 'code-expired' });
    },

    /** Forgets what counts nowhere any more. */
    purge(before: number) {
      run(
        `DELETE FROM challenges WHERE created_at < ?
         AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.oid = challenges.oid AND j.id = challenges.id)`,
        before,
      );
      run('DELETE FROM sends WHERE at <= ?', before);
      run('DELETE FROM wrong_codes WHERE at <= ?', before);
    },

    close: () => database.close(),
  };
}
