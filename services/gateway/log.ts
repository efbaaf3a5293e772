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
  // SQLite's constant text for the error code, such as "database or disk is full".
  const reason = 'errstr' in thrown && typeof thrown.errstr === 'string' ? { reason: thrown.errstr } : {};
  return { error: thrown.name, ...(where ? { where } : {}), ...reason };
}
