// Which database there is to work with: the one of the browser, made whole where it was damaged, or one in memory where the
// browser opens none. docs/decisions/storage-failures.md
import type { SessionStorage } from '../session-storage.ts';
import { type Database, openDatabase } from './database.ts';
import { keptInMemory } from './in-memory.ts';
import { memoryIndexedDB } from './memory-indexed-db.ts';
import { findDamage, mend, missingTables } from './mending.ts';

/** In memory, so once for each run of the browser: rows are damaged by what happens to a disk, or to a process that ends. */
const checkedKey = 'database:checked';
/** On disk, apart from the database: one that was made and is not there any more has lost what it held. */
const madeKey = 'database:made';

interface StoragePlatform {
  memory: SessionStorage;
  disk: Pick<SessionStorage, 'get' | 'set'>;
  now: () => number;
}

/**
 * Starts what stands on a database; again, on one that was looked through, where that fails.
 * @param start may be called a second time, with another database. What it is given looks through it once more: for damage
 * that only shows when it is drawn
 */
export async function onStorage<Result>(
  platform: StoragePlatform,
  start: (database: Database, mendNow: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const startOn = (database: Database) =>
    start(database, async () => {
      const damage = await findDamage(database);
      if (damage.size > 0) await mend(database, damage, platform.now());
    });
  const { database, isFresh } = await open(platform);
  try {
    return await startOn(database);
  } catch (error) {
    if (isFresh) throw error;
    database.close();
    await platform.memory.remove(checkedKey);
    return startOn((await open(platform)).database);
  }
}

/** @returns also whether all that is in it was just looked through, or made */
async function open({ memory, disk, now }: StoragePlatform): Promise<{ database: Database; isFresh: boolean }> {
  const kept = keptInMemory(memory);
  const [former, checked] = await Promise.all([kept.read(), memory.get(checkedKey)]);
  // What was begun in memory goes on there until the browser ends: two sets of rows could not be made one.
  const isInMemory = former !== undefined;
  if (!isInMemory) {
    const isFresh = checked[checkedKey] !== true;
    const database = openDatabase();
    try {
      if (isFresh) await openChecked(database, disk, now());
      else await database.open();
      if (isFresh) await memory.set({ [checkedKey]: true });
      return { database, isFresh };
    } catch {
      database.close();
    }
  }
  const database = openDatabase(undefined, memoryIndexedDB(kept));
  if (!isInMemory) await database.notices.put({ id: 'not-kept', at: now() });
  return { database, isFresh: true };
}

async function openChecked(database: Database, disk: StoragePlatform['disk'], now: number): Promise<void> {
  const missing = await missingTables(database);
  await database.open();
  const isLost = missing === 'none' ? await wasMade(disk) : !(await isMadeWhole(database, missing, now));
  if (isLost) await database.notices.put({ id: 'lost', at: now });
  // Where that cannot be kept either, a loss is not noticed.
  await disk.set({ [madeKey]: true }).catch(() => {});
}

/** @returns false where it could not be read at all, and so begins anew */
async function isMadeWhole(database: Database, missing: string[], now: number): Promise<boolean> {
  const damage = await findDamage(database)
    // Once more, before all of it is given up.
    .catch(() => findDamage(database))
    .catch(() => undefined);
  if (!damage) {
    await database.delete();
    await database.open();
    return false;
  }
  for (const table of missing) damage.set(table, []);
  if (damage.size > 0) await mend(database, damage, now);
  return true;
}

async function wasMade(disk: StoragePlatform['disk']): Promise<boolean> {
  return madeKey in (await disk.get(madeKey).catch(() => ({})));
}
