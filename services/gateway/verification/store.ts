// The SQLite database: challenges, texts, wrong codes and registrations. One file, so that a challenge and the caps change
// in one transaction.
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { GatewayConfiguration } from '../configuration.ts';
import type { PhoneType } from '../directory/graph.ts';
import type { Log } from '../log.ts';
import type { ProblemKind } from '../problems.ts';
import type { Cap, CappedBy } from './caps.ts';
import { createNumberSeal, type SealedRow } from './sealed-number.ts';

export type Purpose = 'add' | 'change';

/** `cancelled` keeps the id, so that a late repetition of the first request sends no text. */
export type StoredState = 'sent' | 'confirmed' | 'writing' | 'done' | 'failed' | 'cancelled';

export interface StoredChallenge {
  oid: string;
  id: string;
  /** As Graph writes it; null as soon as the number is no longer needed, or if no key opens it. Sealed in the file. */
  phone_number: string | null;
  number_mark: string;
  masked: string;
  type: PhoneType;
  purpose: Purpose;
  state: StoredState;
  /** How many texts were sent; the newest is `sends.send` of this number. */
  send: number;
  tries_left: number;
  created_at: number;
  /** Client id of the token that started the verification. */
  client: string | null;
  /** `sid` of that token, if it had one. */
  session: string | null;
  error: ProblemKind | null;
  error_at: number | null;
  sms_sign_in: string | null;
}

/** `sending` is stored before the text is handed over; found at a start, it means that the outcome is unknown. */
export type Delivery = 'sending' | 'accepted' | 'refused' | 'unknown';

export interface StoredSend {
  oid: string;
  id: string;
  send: number;
  at: number;
  number_mark: string;
  address_mark: string | null;
  /** Of IPv6 only. */
  site_mark: string | null;
  calling_code: string;
  code_hash: Uint8Array | null;
  delivery: Delivery;
}

/** A proven phone number on its way to Graph. */
export interface Registration {
  oid: string;
  id: string;
  /** `write`: Graph does not show the number yet. `notify`: Graph shows it, and its announcement is due. */
  step: 'write' | 'notify';
  started_at: number;
  tries: number;
  next_try_at: number;
  /** When the newest write that Graph may have saved was sent; null: there was none. */
  attempted_at: number | null;
  /** From when on reads may show a write, and how many writes Graph answered clearly. */
  written_at: number | null;
  writes: number;
  /** The problem to report if Graph, which may save in spite of a refusal, does not show the number. */
  refusal: ProblemKind | null;
  /** The phone number that gets the notice; null: the organization's system gets an event. Sealed in the file. */
  notice_number: string | null;
}

const schema = `
  CREATE TABLE IF NOT EXISTS challenges (
    oid TEXT NOT NULL, id TEXT NOT NULL, sealed_number BLOB, number_mark TEXT NOT NULL, masked TEXT NOT NULL,
    type TEXT NOT NULL, purpose TEXT NOT NULL, state TEXT NOT NULL, send INTEGER NOT NULL, tries_left INTEGER NOT NULL,
    created_at INTEGER NOT NULL, error TEXT, error_at INTEGER, sms_sign_in TEXT, client TEXT, session TEXT,
    PRIMARY KEY (oid, id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS sends (
    oid TEXT NOT NULL, id TEXT NOT NULL, send INTEGER NOT NULL, at INTEGER NOT NULL, number_mark TEXT NOT NULL,
    address_mark TEXT, site_mark TEXT, calling_code TEXT NOT NULL, code_hash BLOB, delivery TEXT NOT NULL,
    PRIMARY KEY (oid, id, send)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS sends_by_user ON sends (oid, at);
  CREATE INDEX IF NOT EXISTS sends_by_number ON sends (number_mark, at);
  CREATE INDEX IF NOT EXISTS sends_by_address ON sends (address_mark, at);
  CREATE INDEX IF NOT EXISTS sends_by_site ON sends (site_mark, at);
  CREATE INDEX IF NOT EXISTS sends_by_country ON sends (calling_code, at);
  CREATE INDEX IF NOT EXISTS sends_by_time ON sends (at);
  CREATE TABLE IF NOT EXISTS wrong_codes (oid TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS wrong_codes_by_user ON wrong_codes (oid, at);
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS registrations (
    oid TEXT NOT NULL, id TEXT NOT NULL, step TEXT NOT NULL, started_at INTEGER NOT NULL, tries INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL, written_at INTEGER, writes INTEGER NOT NULL, refusal TEXT, sealed_notice_number BLOB,
    attempted_at INTEGER,
    PRIMARY KEY (oid, id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS write_check (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL) STRICT;
`;
const schemaVersion = 4;
/** Stored between sealing and cleaning, so that a start after a crash cleans. */
const notCleaned = -schemaVersion;
const lockTimeoutMs = 5_000;
const fromVersion1 = `
  ALTER TABLE challenges RENAME COLUMN number TO phone_number;
  ALTER TABLE journal RENAME TO registrations;
  ALTER TABLE registrations RENAME COLUMN notify TO notice_number;
`;
const newInVersion3 = `
  ALTER TABLE challenges ADD COLUMN client TEXT;
  ALTER TABLE challenges ADD COLUMN session TEXT;
  ALTER TABLE challenges ADD COLUMN sealed_number BLOB;
  ALTER TABLE registrations ADD COLUMN sealed_notice_number BLOB;
  ALTER TABLE sends ADD COLUMN site_mark TEXT;
`;
const goneInVersion3 = `
  ALTER TABLE challenges DROP COLUMN phone_number;
  ALTER TABLE registrations DROP COLUMN notice_number;
`;
/** Older versions did not record a write before its answer, so that each registration may have had one. */
const newInVersion4 = `
  ALTER TABLE registrations ADD COLUMN attempted_at INTEGER;
  UPDATE registrations SET attempted_at = COALESCE(written_at, started_at);
`;
/** Columns of version 2 with full numbers. */
const plainNumbers = [
  { table: 'challenges', plain: 'phone_number', sealed: 'sealed_number' },
  { table: 'registrations', plain: 'notice_number', sealed: 'sealed_notice_number' },
] as const;

type ChallengeRow = Omit<StoredChallenge, 'phone_number'> & { sealed_number: Uint8Array | null };
type RegistrationRow = Omit<Registration, 'notice_number'> & { sealed_notice_number: Uint8Array | null };

/** All have rows of persons. */
const tables = ['challenges', 'sends', 'wrong_codes', 'registrations'] as const;

/** The value that stands for all texts in the cap over all countries. */
export const allTexts = 'all';

const columnOf = {
  user: 'oid',
  number: 'number_mark',
  address: 'address_mark',
  site: 'site_mark',
  country: 'calling_code',
  // Equals a constant in every row, because this cap counts all texts.
  total: `'${allTexts}'`,
} as const satisfies Record<CappedBy, string>;

export type Store = ReturnType<typeof openStore>;

/** @throws when a newer gateway wrote the database, or when its files cannot be made private */
export function openStore(
  { database: path, codeKey, oldCodeKeys }: Pick<GatewayConfiguration, 'database' | 'codeKey' | 'oldCodeKeys'>,
  log: Log,
) {
  const numberSeal = createNumberSeal([codeKey, ...oldCodeKeys]);
  makePrivate(path);
  const database = new DatabaseSync(path, { timeout: lockTimeoutMs });
  // VACUUM needs a temporary file otherwise, and the container can write nothing but the database.
  database.exec('PRAGMA temp_store = MEMORY;');
  // FULL keeps the record of a text that was sent before a power cut.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;');
  const { user_version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  // Negative: not cleaned.
  const version = Math.abs(user_version);
  if (version > schemaVersion) throw new Error('the database was written by a newer gateway');
  const isPlain = version === 1 || version === 2;
  const isClean = !isPlain && user_version >= 0;
  transaction(() => {
    if (version === 1) database.exec(fromVersion1);
    if (isPlain) sealPlainNumbers();
    if (version > 0 && version < 4) database.exec(newInVersion4);
    database.exec(`${schema} PRAGMA user_version = ${isClean ? schemaVersion : notCleaned};`);
  });
  // Free pages and the write-ahead log may hold copies of plain numbers.
  if (!isClean) database.exec(`VACUUM; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA user_version = ${schemaVersion};`);

  function sealPlainNumbers() {
    database.exec(newInVersion3);
    for (const { table, plain, sealed } of plainNumbers) {
      const rows = database
        .prepare(`SELECT oid, id, ${plain} AS number FROM ${table} WHERE ${plain} IS NOT NULL`)
        .all();
      const update = database.prepare(`UPDATE ${table} SET ${sealed} = ? WHERE oid = ? AND id = ?`);
      for (const { oid, id, number } of rows as { oid: string; id: string; number: string }[])
        update.run(numberSeal.seal({ table, oid, id }, number), oid, id);
    }
    database.exec(goneInVersion3);
  }

  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const prepared = (sql: string) => {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  const one = <Row>(sql: string, ...values: SQLInputValue[]) => prepared(sql).get(...values) as Row | undefined;
  const all = <Row>(sql: string, ...values: SQLInputValue[]) => prepared(sql).all(...values) as Row[];
  const run = (sql: string, ...values: SQLInputValue[]) => Number(prepared(sql).run(...values).changes);

  /** All or nothing; other connections, also of other processes, cannot write meanwhile. */
  function transaction<Result>(work: () => Result): Result {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      // On a full disk SQLite rolls back by itself, and a second rollback would hide the cause.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  function opened(row: SealedRow, sealed: Uint8Array | null): string | null {
    const phoneNumber = sealed && numberSeal.open(row, sealed);
    if (phoneNumber === undefined) log({ level: 'error', event: 'number-not-readable', ...row });
    return phoneNumber ?? null;
  }
  function registrationOf({ sealed_notice_number, ...row }: RegistrationRow): Registration {
    const { oid, id } = row;
    return { ...row, notice_number: opened({ table: 'registrations', oid, id }, sealed_notice_number) };
  }

  return {
    transaction,

    challenge(oid: string, id: string): StoredChallenge | undefined {
      const row = one<ChallengeRow>('SELECT * FROM challenges WHERE oid = ? AND id = ?', oid, id);
      if (!row) return undefined;
      const { sealed_number, ...challenge } = row;
      return { ...challenge, phone_number: opened({ table: 'challenges', oid, id }, sealed_number) };
    },

    insertChallenge({
      phone_number,
      ...c
    }: Omit<StoredChallenge, 'phone_number' | 'error' | 'error_at' | 'sms_sign_in'> & { phone_number: string }) {
      const sealed_number = numberSeal.seal({ table: 'challenges', oid: c.oid, id: c.id }, phone_number);
      prepared(
        `INSERT INTO challenges
           (oid, id, sealed_number, number_mark, masked, type, purpose, state, send, tries_left, created_at,
            client, session)
         VALUES (:oid, :id, :sealed_number, :number_mark, :masked, :type, :purpose, :state, :send, :tries_left, :created_at,
           :client, :session)`,
      ).run({ ...c, sealed_number });
    },

    /** Ends earlier verifications of the same phone type, because only the newest counts. */
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

    /** Sets the last state and deletes the phone number and the code hashes. */
    end(
      oid: string,
      id: string,
      state: 'done' | 'failed' | 'cancelled',
      now: number,
      { error, smsSignIn }: { error?: ProblemKind; smsSignIn?: string | undefined } = {},
    ) {
      run(
        `UPDATE challenges SET state = ?, sealed_number = NULL, error = ?, error_at = ?, sms_sign_in = ?
         WHERE oid = ? AND id = ?`,
        ...[state, error ?? null, error ? now : null, smsSignIn ?? null, oid, id],
      );
      run('UPDATE sends SET code_hash = NULL WHERE oid = ? AND id = ?', oid, id);
    },

    /** Newest first. */
    sends: (oid: string, id: string) =>
      all<StoredSend>('SELECT * FROM sends WHERE oid = ? AND id = ? ORDER BY send DESC', oid, id),
    insertSend(s: StoredSend) {
      run(
        `INSERT INTO sends (oid, id, send, at, number_mark, address_mark, site_mark, calling_code, code_hash, delivery)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[s.oid, s.id, s.send, s.at, s.number_mark, s.address_mark, s.site_mark, s.calling_code],
        ...[s.code_hash, s.delivery],
      );
    },
    setDelivery: (oid: string, id: string, send: number, delivery: Delivery) =>
      run('UPDATE sends SET delivery = ? WHERE oid = ? AND id = ? AND send = ?', delivery, oid, id, send),
    /** At a start no process is sending. @returns how many texts have an unknown outcome now */
    settleInterruptedSends: () => run(`UPDATE sends SET delivery = 'unknown' WHERE delivery = 'sending'`),

    /**
     * When the `limit`-th newest text of the window was sent, if there are as many. Refused texts do not count; nor does
     * a text exactly as old as the window.
     */
    sendThatFillsCap: (by: CappedBy, value: string, { limit, windowMs }: Cap, now: number) =>
      one<{ at: number }>(
        `SELECT at FROM sends WHERE ${columnOf[by]} = ? AND at > ? AND delivery <> 'refused'
         ORDER BY at DESC LIMIT 1 OFFSET ?`,
        ...[value, now - windowMs, limit - 1],
      )?.at,

    /** Texts that an old key marked get the mark of the current key. Null, for no address, changes none. */
    replaceMark: (column: 'number_mark' | 'address_mark' | 'site_mark', old: string | null, mark: string | null) =>
      run(`UPDATE sends SET ${column} = ? WHERE ${column} = ?`, mark, old),

    insertWrongCode: (oid: string, at: number) => run('INSERT INTO wrong_codes (oid, at) VALUES (?, ?)', oid, at),
    wrongCodeThatFillsCap: (oid: string, { limit, windowMs }: Cap, now: number) =>
      one<{ at: number }>(
        'SELECT at FROM wrong_codes WHERE oid = ? AND at > ? ORDER BY at DESC LIMIT 1 OFFSET ?',
        ...[oid, now - windowMs, limit - 1],
      )?.at,

    registration(oid: string, id: string): Registration | undefined {
      const row = one<RegistrationRow>('SELECT * FROM registrations WHERE oid = ? AND id = ?', oid, id);
      return row && registrationOf(row);
    },
    insertRegistration: (oid: string, id: string, now: number) =>
      run(
        `INSERT INTO registrations (oid, id, step, started_at, tries, next_try_at, writes)
         VALUES (?, ?, 'write', ?, 0, ?, 0)`,
        ...[oid, id, now, now],
      ),
    updateRegistration(r: Registration) {
      const { oid, id, notice_number } = r;
      run(
        `UPDATE registrations SET step = ?, started_at = ?, tries = ?, next_try_at = ?, written_at = ?, writes = ?,
         refusal = ?, attempted_at = ?, sealed_notice_number = ? WHERE oid = ? AND id = ?`,
        ...[r.step, r.started_at, r.tries, r.next_try_at, r.written_at, r.writes, r.refusal],
        ...[
          r.attempted_at,
          notice_number && numberSeal.seal({ table: 'registrations', oid, id }, notice_number),
          oid,
          id,
        ],
      );
    },
    deleteRegistration: (oid: string, id: string) => run('DELETE FROM registrations WHERE oid = ? AND id = ?', oid, id),
    /** @returns how many announcements were given up since the database was created */
    giveUpAnnouncement: (oid: string, id: string): number =>
      transaction(() => {
        run('DELETE FROM registrations WHERE oid = ? AND id = ?', oid, id);
        run(`INSERT INTO counters VALUES ('unannounced', 1) ON CONFLICT DO UPDATE SET value = value + 1`);
        return one<{ value: number }>(`SELECT value FROM counters WHERE name = 'unannounced'`)?.value ?? 0;
      }),
    /**
     * Sets times in the future, which a clock that was ahead leaves behind, to now, so that nothing waits for them.
     * @param latestTry later tries were planned by such a clock
     */
    clampRegistrations: (now: number, latestTry: number) =>
      run(
        `UPDATE registrations SET started_at = min(started_at, ?1), written_at = min(written_at, ?1),
           attempted_at = min(attempted_at, ?1), next_try_at = ?1
         WHERE started_at > ?1 OR written_at > ?1 OR attempted_at > ?1 OR next_try_at > ?2`,
        ...[now, latestTry],
      ),
    registrationsDue: (now: number) =>
      all<RegistrationRow>('SELECT * FROM registrations WHERE next_try_at <= ? ORDER BY next_try_at', now).map(
        registrationOf,
      ),
    nextRegistrationTry: () =>
      one<{ at: number | null }>('SELECT min(next_try_at) AS at FROM registrations')?.at ?? undefined,

    /** Ends verifications whose code was never entered, so that their phone numbers are deleted. */
    expire(createdBefore: number, now: number) {
      const expired = all<{ oid: string; id: string }>(
        `SELECT oid, id FROM challenges WHERE state = 'sent' AND created_at < ?`,
        createdBefore,
      );
      for (const { oid, id } of expired) this.end(oid, id, 'failed', now, { error: 'code-expired' });
    },

    /** As `clampRegistrations`. Texts and wrong codes of that time count as new, because they were sent and entered. */
    clampVerifications(now: number) {
      run('UPDATE challenges SET created_at = ?1 WHERE created_at > ?1', now);
      run('UPDATE sends SET at = ?1 WHERE at > ?1', now);
      run('UPDATE wrong_codes SET at = ?1 WHERE at > ?1', now);
    },

    /** Deletes rows that count in no window any more. */
    purge(before: number) {
      run(
        `DELETE FROM challenges WHERE created_at < ?
         AND NOT EXISTS (SELECT 1 FROM registrations r WHERE r.oid = challenges.oid AND r.id = challenges.id)`,
        before,
      );
      run('DELETE FROM sends WHERE at <= ?', before);
      run('DELETE FROM wrong_codes WHERE at <= ?', before);
    },

    /**
     * Writes a row. Never waits for a lock, because the wait would hold up every other request, /health included.
     * @throws when the database cannot be written
     */
    checkWritable(now: number): true {
      database.exec('PRAGMA busy_timeout = 0');
      try {
        run('INSERT INTO write_check VALUES (1, ?) ON CONFLICT DO UPDATE SET at = excluded.at', now);
      } finally {
        database.exec(`PRAGMA busy_timeout = ${lockTimeoutMs}`);
      }
      return true;
    },

    /** @returns how many rows of each table were deleted */
    deletePerson(oid: string): Record<(typeof tables)[number], number> {
      const counts = transaction(() =>
        tables.map((table) => [table, run(`DELETE FROM ${table} WHERE oid = ?`, oid)] as const),
      );
      // The write-ahead log holds what was deleted until it is overwritten.
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      return Object.fromEntries(counts) as Record<(typeof tables)[number], number>;
    },

    close: () => database.close(),
  };
}

/** SQLite gives the log and the shared memory the mode of the database file. */
function makePrivate(path: string) {
  if (path === ':memory:') return;
  closeSync(openSync(path, 'a', 0o600));
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
}
