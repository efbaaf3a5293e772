// Structured logs, one JSON object per line. Log ids, kinds and counts; never phone numbers, codes or tokens.

export interface LogEntry {
  level: 'info' | 'warn' | 'error';
  event: string;
  [key: string]: string | number | boolean | undefined;
}

export type Log = (entry: LogEntry) => void;

export const logToStandardOutput: Log = (entry) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
};

/** The loggable part of an unexpected error: its name and first stack frame. Its message may quote input. */
export function loggableError(thrown: unknown): { error: string; where?: string; reason?: string } {
  if (!(thrown instanceof Error)) return { error: typeof thrown };
  const where = thrown.stack
    ?.split('\n')
    .find((line) => line.trimStart().startsWith('at '))
    ?.trim();
  return { error: thrown.name, ...(where ? { where } : {}), ...reasonOf(thrown) };
}

/** SQLite's constant text for its error code, such as "database or disk is full", or the system's code, such as "EACCES". */
function reasonOf(thrown: Error & { errstr?: unknown; code?: unknown }): { reason?: string } {
  if (typeof thrown.errstr === 'string') return { reason: thrown.errstr };
  return typeof thrown.code === 'string' ? { reason: thrown.code } : {};
}
