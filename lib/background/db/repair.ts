// Finds damaged rows and rebuilds the database from the rows that the service does not have.
import * as v from 'valibot';
import { everyConnection, rowSchemas, type TableName } from '../../shared/model/rows.ts';
import { log } from '../log.ts';
import type { Database } from './database.ts';

type StoredRow = Record<string, unknown>;
/** The rows of each table; no entry for a table that cannot be read. */
export type StoredRows = Partial<Record<TableName, StoredRow[]>>;

export async function readStoredRows({ tables }: Database): Promise<StoredRows> {
  const stored: StoredRows = {};
  for (const table of tables) {
    try {
      // The second attempt keeps a transient failure from deleting the database.
      stored[table.name as TableName] = await table.toArray().catch(() => table.toArray());
    } catch (error) {
      log('A table of the database could not be read.', error);
    }
  }
  return stored;
}

export function isDamaged(stored: StoredRows): boolean {
  return Object.keys(rowSchemas).some((name) => !isSound(stored, name as TableName));
}

export function rowsToKeep(stored: StoredRows, now: number): StoredRows {
  const sound = (name: TableName): StoredRow[] => (stored[name] ?? []).filter((row) => v.is(rowSchemas[name], row));
  // Without these times the account is read from the service at once.
  const accounts = sound('accounts').map(({ syncedAt, nextSyncAt, ...account }) => account);
  const accountIds = new Set(accounts.map(({ id }) => id));
  const ofAccounts = (name: TableName) => sound(name).filter(({ accountId }) => accountIds.has(accountId));
  const policyUnknown = { id: 'managed', values: { paused: true }, rejected: [], received: {}, fingerprint: '' };
  return {
    settings: sound('settings'),
    connections: sound('connections'),
    accounts,
    answers: ofAccounts('answers'),
    verifications: ofAccounts('verifications'),
    registrations: ofAccounts('registrations'),
    // A lost row may be a sign-out, which silent sign-in must not undo.
    silentSignIns: isSound(stored, 'silentSignIns')
      ? sound('silentSignIns')
      : [...sound('silentSignIns'), { connectionId: everyConnection, never: true }],
    // Without its policy row, an account of a managed connection would be deleted before the browser delivers the policy again.
    policy:
      isSound(stored, 'policy') || accounts.length === 0 ? sound('policy') : [{ ...policyUnknown, receivedAt: now }],
    notices: [...sound('notices'), { id: Object.keys(stored).length > 0 ? 'damaged' : 'lost', at: now }],
  };
}

function isSound(stored: StoredRows, name: TableName): boolean {
  return stored[name]?.every((row) => v.is(rowSchemas[name], row)) ?? false;
}
