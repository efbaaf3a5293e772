// A row with a value that this version does not know was written by a newer version: it is kept, but not shown.
import type { OutboxCommand } from '../model/commands.ts';
import { errorKinds } from '../model/errors.ts';
import type { TableName } from '../model/rows.ts';
import { storedValues } from '../model/stored-values.ts';

const knownValues: { [Name in TableName]?: Record<string, readonly string[]> } = storedValues;

/** A record, so that a kind which is left out does not compile. */
const commandKinds: Record<OutboxCommand['kind'], true> = {
  ...({ connect: true, disconnect: true, 'sign-in': true, 'sign-out': true, sync: true, 'step-up': true } as const),
  ...({ enable: true, disable: true, 'make-default': true, remove: true, 'list-methods': true } as const),
  ...({ 'add-hosted': true, 'try-sign-in': true, 'confirm-number': true, 'change-settings': true } as const),
};

/** An error of an unknown kind is left out of its row. */
export function knownRows(table: TableName, rows: readonly object[]): object[] {
  return rows.filter((row) => isKnownRow(table, row)).map(withKnownErrors);
}

/** A value of the wrong type is damage, which must not stay hidden. */
export function isKnownRow(table: TableName, row: object): boolean {
  const fields = row as Record<string, unknown>;
  const isIn = (values: readonly string[], value: unknown) => typeof value !== 'string' || values.includes(value);
  const { kind } = Object(fields.command) as { kind?: unknown };
  return (
    Object.entries(knownValues[table] ?? {}).every(([field, values]) => isIn(values, fields[field])) &&
    isIn(Object.keys(commandKinds), kind)
  );
}

function withKnownErrors(row: object): object {
  const known = Object.entries(row).filter(
    ([field, value]) => !/^(?:error|syncError)$/.test(field) || value === undefined || value.kind in errorKinds,
  );
  return Object.fromEntries(known);
}
