// Apart from commands.ts, whose schemas are not in the first load of pages.
import type { Command } from './commands.ts';

const writes = ['enable', 'disable', 'make-default', 'remove'] as const;

/** A command that changes something at the service. */
export type Write = Extract<Command, { kind: (typeof writes)[number] }>;

export function isWrite(command: Command): command is Write {
  return (writes as readonly Command['kind'][]).includes(command.kind);
}
