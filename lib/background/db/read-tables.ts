// Reads whole tables with Dexie; pages use the browser's own API (components/data/read-tables.ts).
import type { ReadTables } from '../../shared/tables/tables.ts';
import type { Database } from './database.ts';

/** @returns a function that reads tables in one transaction */
export function tablesOf(database: Database): ReadTables {
  return async (names) =>
    database.transaction(
      'r',
      names.map((name) => database.table(name)),
      async () => {
        const rows = await Promise.all(names.map((name) => database.table(name).toArray()));
        return Object.fromEntries(names.map((name, index) => [name, rows[index]])) as never;
      },
    );
}
