// What can be told from a row of the journal alone. Pure.
import type { JournalEntry } from '../store/database.ts';

/** Whether nothing will become of it any more; also of whatever is told by the same states. */
export function isOver({ state }: { state: string }): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

/**
 * What runs, otherwise what was asked for last: of two same clicks the second is cancelled at once. By its creation, since
 * rows change later for other reasons.
 */
export function newestOf(entries: readonly JournalEntry[]): JournalEntry | undefined {
  return entries.toSorted(
    (one, other) => Number(isOver(one)) - Number(isOver(other)) || other.createdAt - one.createdAt,
  )[0];
}
