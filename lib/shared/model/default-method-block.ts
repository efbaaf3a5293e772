import type { Command } from './commands.ts';
import type { CommandRow } from './rows.ts';

/**
 * How the default sign-in method blocked a command. `refused`: the service did not let the user change the default
 * method; `unchanged`: the command did not try to change it; undefined: another cause.
 */
export function defaultMethodBlock({
  command,
  error,
  defaultChanged,
}: Pick<CommandRow, 'error' | 'defaultChanged'> & { command: Command }): 'refused' | 'unchanged' | undefined {
  if (command.kind === 'make-default') return error?.kind === 'not-permitted' ? 'refused' : undefined;
  if (command.kind !== 'remove') return undefined;
  if (error?.kind === 'is-default-method') return 'unchanged';
  return command.defaultFirst && !defaultChanged && error?.kind === 'not-permitted' ? 'refused' : undefined;
}
