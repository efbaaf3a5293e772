// Opens the database, and rebuilds it if it is damaged (docs/decisions/storage-failures.md).
import type { Transaction } from 'dexie';
import { IdentityError } from '../../shared/model/errors.ts';
import { log } from '../log.ts';
import type { SessionStorage } from '../session-storage.ts';
import { isDomException } from './browser-error.ts';
import { type Database, openDatabase } from './database.ts';
import { isDamaged, readStoredRows, rowsToKeep, type StoredRows } from './repair.ts';

/** In `storage.session`: the rows were checked since the browser started. */
const checkedKey = 'database:checked';
/** In `storage.local`: the database was created once, so an empty one has lost its rows. Browsers replace a corrupt database silently. */
const createdKey = 'database:made';

interface StoragePlatform {
  session: SessionStorage;
  local: Pick<SessionStorage, 'get' | 'set'>;
  now: () => number;
}

/** Names of the errors by which a browser refuses to open a database that may be intact. */
const refusals = ['QuotaExceededError', 'InvalidStateError', 'SecurityError', 'AbortError', 'MissingAPIError'];

/**
 * @param start called a second time if it fails and the database turns out to be damaged; `repair` rebuilds a damaged
 * database and returns whether it did
 * @throws IdentityError `storage-unavailable`
 */
export async function startOnDatabase<Result>(
  { session, local, now }: StoragePlatform,
  start: (database: Database, repair: () => Promise<boolean>) => Promise<Result>,
): Promise<Result> {
  const database = openDatabase();
  const [{ [checkedKey]: checked }, wasCreated] = await Promise.all([session.get(checkedKey), hasBeenCreated()]);
  let initialRows: StoredRows = wasCreated ? rowsToKeep({}, now()) : {};
  // Within the transaction that creates the database: a stop cannot separate the two.
  database.on('populate', (transaction) => addRows(transaction, initialRows));

  async function hasBeenCreated(): Promise<boolean> {
    try {
      return createdKey in (await local.get(createdKey));
    } catch (error) {
      log('The mark of the database could not be read.', error);
      return false;
    }
  }

  async function open(): Promise<void> {
    try {
      await database.open();
    } catch (error) {
      log('The database could not be opened.', error);
      if (refusals.some((name) => isDomException(error, name))) throw new IdentityError('storage-unavailable');
      await recreate({});
    }
    if (wasCreated) return;
    await local
      .set({ [createdKey]: true })
      .catch((error) => log('The mark of the database could not be written.', error));
  }

  async function recreate(stored: StoredRows): Promise<void> {
    initialRows = rowsToKeep(stored, now());
    try {
      await database.delete();
      await database.open();
    } catch (error) {
      log('The database could not be deleted and created again.', error);
      throw new IdentityError('storage-unavailable');
    }
  }

  async function repair(): Promise<boolean> {
    const stored = await readStoredRows(database);
    if (!isDamaged(stored)) return false;
    log('The database is damaged.', new IdentityError('storage-damaged'));
    const isReadable = database.tables.every(({ name }) => name in stored);
    if (!isReadable || !(await replaceRows())) await recreate(stored);
    return true;
  }

  async function replaceRows(): Promise<boolean> {
    try {
      await database.transaction('rw', database.tables, async (transaction) => {
        const kept = rowsToKeep(await readStoredRows(database), now());
        for (const table of database.tables) await table.clear();
        await addRows(transaction, kept);
      });
      return true;
    } catch (error) {
      log('The rows of the database could not be replaced.', error);
      return false;
    }
  }

  try {
    await open();
    if (!checked) {
      await repair();
      await session.set({ [checkedKey]: true });
    }
    try {
      return await start(database, repair);
    } catch (error) {
      if (!checked || !(await repair())) throw error;
      return await start(database, repair);
    }
  } catch (error) {
    // The next attempt opens a new connection, which this one must not block.
    database.close();
    throw error;
  }
}

async function addRows(transaction: Transaction, rows: StoredRows): Promise<void> {
  for (const [name, added] of Object.entries(rows)) await transaction.table(name).bulkPut(added);
}
