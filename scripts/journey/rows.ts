// Rows of the extension's database, looked at where no page shows them, and changed by hand where a scenario would have to
// wait for half a year. From one of the extension's pages.
import type { Surface } from '../driver/surface.ts';
import { until } from '../driver/until.ts';

type Row = Record<string, unknown>;

export function rowsOf(page: Surface, table: string): Promise<Row[]> {
  return inDatabase(page, table, []);
}

/** The one row of a table, once it is there. */
export function onlyRow(page: Surface, table: string): Promise<Row> {
  return until(`one row of ${table}`, async () => {
    const rows = await rowsOf(page, table);
    return rows.length === 1 && rows[0];
  });
}

/** @param change what is put over each row */
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

/** @returns the rows as they were before */
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

/** Nobody else writes to the table until it is let go, or the page is closed: what is to be written waits. */
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
          // A transaction lasts as long as something is asked of it.
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
