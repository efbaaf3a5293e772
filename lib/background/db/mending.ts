// Rows that nobody can read any more are taken out, before anything is built on them. Phones and their states come again from
// the service; for what does not come again, the choice is what takes nothing upon itself.
import { Dexie, type IndexableType } from 'dexie';
import * as v from 'valibot';
import type { Account } from '../../shared/model/rows.ts';
import { accountTables, type TableName } from '../../shared/tables/tables.ts';
import type { Database } from './database.ts';
import { rowShapes } from './row-shapes.ts';

/** Keys of the rows that are damaged, by table. */
export type Damage = Map<string, IndexableType[]>;

/** Looks through all there is. Rejects where a table cannot be read at all. */
export async function findDamage(database: Database): Promise<Damage> {
  const damage: Damage = new Map();
  await database.transaction('r', database.tables, async () => {
    for (const table of database.tables) {
      const rows = await table.toArray();
      const isDamaged = (row: unknown) => !v.is(rowShapes[table.name as TableName], row);
      if (!rows.some(isDamaged)) continue;
      const keys = await table.toCollection().primaryKeys();
      damage.set(
        table.name,
        keys.filter((_, index) => isDamaged(rows[index])),
      );
    }
  });
  return damage;
}

/** In one go: whoever reads meanwhile finds all of it or nothing. */
export function mend(database: Database, damage: Damage, now: number): Promise<void> {
  return database.transaction('rw', database.tables, async () => {
    for (const [table, keys] of damage) await database.table(table).bulkDelete(keys);
    // What the organization has set is not known until the browser says it again: until then nothing is done, and nobody wiped.
    if (damage.has('policy')) {
      const unknown = { values: { paused: true }, rejected: [], received: {}, fingerprint: '' };
      await database.policy.put({ id: 'managed', ...unknown, receivedAt: now });
    }
    // Somebody may have left there for good.
    const left = damage.get('silentSignIns') ?? [];
    await database.silentSignIns.bulkPut(left.map((id) => ({ connectionId: String(id), never: true })));
    if (damage.has('methods')) {
      await database.accounts.toCollection().modify((account: Partial<Account>) => {
        delete account.syncedAt;
        delete account.nextSyncAt;
      });
    }
    // What belongs to an account goes with it: nobody could have it deleted any more.
    const accounts = new Set<string | undefined>(await database.accounts.toCollection().primaryKeys());
    for (const name of accountTables) {
      const table = database.table<{ accountId?: string }>(name);
      await table.filter(({ accountId }) => accountId !== undefined && !accounts.has(accountId)).delete();
    }
    await database.notices.put({ id: 'damaged', at: now });
  });
}

/** @returns the tables a database of this version should have and has not; `none` where there is no database */
export async function missingTables({ name, verno, tables }: Database): Promise<string[] | 'none'> {
  const found = new Dexie(name);
  try {
    await found.open();
    const there = found.tables.map((table) => table.name);
    // An older one gets them by the upgrade.
    return found.verno < verno ? [] : tables.map((table) => table.name).filter((table) => !there.includes(table));
  } catch (error) {
    if (error instanceof Dexie.NoSuchDatabaseError) return 'none';
    throw error;
  } finally {
    found.close();
  }
}
