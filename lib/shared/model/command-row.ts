import type { Command } from './commands.ts';
import type { CommandRow } from './rows.ts';

/** Maximum age, in ms, of a click that is still carried out. */
export const freshnessMs = 2 * 60_000;

/** Whether the state is final. Also for the states of the activity view. */
export function isOver({ state }: { state: string }): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

/**
 * The running row, otherwise the one created last: the second of two equal clicks is cancelled at once. By its creation,
 * since `updatedAt` also changes for other reasons.
 */
export function newestOf(rows: readonly CommandRow[]): CommandRow | undefined {
  return rows.toSorted(
    (one, other) => Number(isOver(one)) - Number(isOver(other)) || other.createdAt - one.createdAt,
  )[0];
}

const writes = ['enable', 'disable', 'make-default', 'remove'] as const;
/** A command that changes something at the service. */
export type Write = Extract<Command, { kind: (typeof writes)[number] }>;

export function isWrite(command: Command): command is Write {
  return (writes as readonly Command['kind'][]).includes(command.kind);
}
