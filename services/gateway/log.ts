// Structured logs: one JSON object per line. Callers pass ids, kinds and counts; never numbers, codes or tokens.

export interface LogEntry {
  level: 'info' | 'warn' | 'error';
  event: string;
  [key: string]: string | number | boolean | undefined;
}

export type Log = (entry: LogEntry) => void;

export const logToStandardOutput: Log = (entry) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
};

/** What may be logged of something thrown that nobody expected: where it came from, not its message, which may quote input. */
export function originOf(thrown: unknown): { error: string; where?: string; reason?: string } {
  if (!(thrown instanceof Error)) return { error: typeof thrown };
  const where = thrown.stack
    ?.split('\n')
    .find((line) => line.trimStart().startsWith('at '))
    ?.trim();
  // SQLite's own words for the kind of failure, such as "database or disk is full": they quote nothing.
  const reason = 'errstr' in thrown && typeof thrown.errstr === 'string' ? { reason: thrown.errstr } : {};
  return { error: thrown.name, ...(where ? { where } : {}), ...reason };
}
