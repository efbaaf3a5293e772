// A change that the default sign-in method stands in the way of: once that was changed, here or on the service's own page, it
// can go on. Pure.

import type { Command } from './commands.ts';
import type { ErrorDetails } from './errors.ts';

export interface FailedCommand {
  command: Command;
  error?: ErrorDetails;
  defaultChanged?: boolean;
}

/** `refused`: the service does not let the person change it here; `unchanged`: it was not tried. */
export function defaultMethodBlock({
  command,
  error,
  defaultChanged,
}: FailedCommand): 'refused' | 'unchanged' | undefined {
  if (command.kind === 'make-default') return error?.kind === 'not-permitted' ? 'refused' : undefined;
  if (command.kind !== 'remove') return undefined;
  if (error?.kind === 'is-default-method') return 'unchanged';
  return command.defaultFirst && !defaultChanged && error?.kind === 'not-permitted' ? 'refused' : undefined;
}
