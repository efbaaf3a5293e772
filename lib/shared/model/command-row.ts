// A row of the outbox: what can be told from it alone, and what changes in one. Pure.
import type { CommandRow } from './rows.ts';

/** Maximum age, in ms, of a click that is still carried out. */
export const freshnessMs = 2 * 60_000;

/** Whether nothing will become of it any more; also of whatever is told by the same states. */
export function isOver({ state }: { state: string }): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

/**
 * What runs, otherwise what was asked for last: of two same clicks the second is cancelled at once. By its creation, since
 * rows change later for other reasons.
 */
export function newestOf(entries: readonly CommandRow[]): CommandRow | undefined {
  return entries.toSorted(
    (one, other) => Number(isOver(one)) - Number(isOver(other)) || other.createdAt - one.createdAt,
  )[0];
}

/** What changes in a row; undefined takes a field away. */
export type CommandChange = { [Field in keyof Omit<CommandRow, 'id' | 'command'>]?: CommandRow[Field] | undefined };
