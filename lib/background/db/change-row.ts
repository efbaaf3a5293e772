// The only way to change the state of a command or a verification.
import type { Table } from 'dexie';
import { checkTransition, type Transitions } from '../../shared/model/state-machines.ts';

/** `undefined` removes a field. */
export type RowChange<Row> = { [Field in keyof Row]?: Row[Field] | undefined };

/**
 * Changes a row in one transaction.
 * @param change returns `undefined` to leave the row as it is
 * @returns the changed row; `undefined` if the row does not exist or stays as it is
 */
export async function changeRow<Row extends { state: string; updatedAt: number }>(
  table: Table<Row, string>,
  transitions: Transitions,
  id: string,
  now: number,
  change: (row: Row) => RowChange<Row> | undefined,
): Promise<Row | undefined> {
  let changed: Row | undefined;
  await table.update(id, (row) => {
    const fields = change(row);
    if (!fields) return;
    checkTransition(transitions, row.state, fields.state ?? row.state);
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) delete row[name as keyof Row];
      else row[name as keyof Row] = value as Row[keyof Row];
    }
    row.updatedAt = now;
    changed = row;
  });
  return changed;
}
