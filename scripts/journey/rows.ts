// Reads and changes rows of the extension's database from one of its pages.
import type { Surface } from '../driver/surface.ts';
import { until } from '../driver/until.ts';

type Row = Record<string, unknown>;

export function rowsOf(page: Surface, table: string): Promise<Row[]> {
  return inDatabase(page, table, []);
}

/** Waits until the table has one row. */
export function onlyRow(page: Surface, table: string): Promise<Row> {
  return until(`one row of ${table}`, async () => {
    const rows = await rowsOf(page, table);
    return rows.length === 1 && rows[0];
  });
}

/** @param change returns the fields to change */
export async function changeRows<Known extends Row>(
  page: Surface,
  table: string,
  change: (row: Known) => Row,
): Promise<void> {
  const rows = (await rowsOf(page, table)) as Known[];
  await inDatabase(
    page,
    table,
    rows.map((row) => ({ ...row, ...change(row) })),
  );
}

/** @returns the rows before the change */
function inDatabase(page: Surface, table: string, rows: Row[]): Promise<Row[]> {
  return page.evaluate(
    ({ name, written }) =>
      new Promise<Row[]>((done, reject) => {
        const opening = indexedDB.open('phone-sign-in');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const transaction = opening.result.transaction(name, written.length > 0 ? 'readwrite' : 'readonly');
          const store = transaction.objectStore(name);
          const reading = store.getAll();
          for (const row of written) store.put(row);
          transaction.oncomplete = () => done(reading.result);
          transaction.onabort = () => reject(transaction.error);
          opening.result.close();
        };
      }),
    { name: table, written: rows },
  );
}

/** Blocks other writes to the table until it is let go or the page closes. */
export async function holdTable(page: Surface, table: string): Promise<{ letGo(): Promise<void> }> {
  await page.evaluate(
    (name) =>
      new Promise<void>((held, reject) => {
        const holder = globalThis as never as { isHeld: boolean };
        holder.isHeld = true;
        const opening = indexedDB.open('phone-sign-in');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const store = opening.result.transaction(name, 'readwrite').objectStore(name);
          // A transaction stays open as long as it has requests.
          const ask = () => {
            store.count().onsuccess = () => {
              held();
              if (holder.isHeld) ask();
            };
          };
          ask();
          opening.result.close();
        };
      }),
    table,
  );
  return {
    letGo: () =>
      page.evaluate(() => {
        (globalThis as never as { isHeld: boolean }).isHeld = false;
      }),
  };
}
