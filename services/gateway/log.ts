// Structured logs, one JSON object per line. Log ids, kinds and counts; never phone numbers, codes or tokens.
import type { Writable } from 'node:stream';

/** The README explains each of them. */
export const logEvents = [
  'administrator-refused',
  'application-token-refused',
  'cap-reached',
  'cleanup-failed',
  'client-address-unknown',
  'client-refused',
  'code-refused',
  'code-resent',
  'database-open-failed',
  'delivery-not-recorded',
  'excluded-account-refused',
  'forget-failed',
  'graph-refused',
  'guest-refused',
  'keys-not-read',
  'listen-failed',
  'listening',
  'log-entries-lost',
  'not-in-group-refused',
  'not-ready',
  'notice-not-sent',
  'notice-sent',
  'notice-text-failed',
  'number-not-readable',
  'number-proven',
  'person-forgotten',
  'phone-not-written',
  'phone-written',
  'policy-missing',
  'policy-not-read',
  'policy-sufficient',
  'policy-unchecked',
  'ready-again',
  'registration-step-failed',
  'registrations-not-read',
  'request',
  'request-failed',
  'request-refused',
  'scope-refused',
  'single-factor-allowed',
  'sms-sender-failed',
  'stop-failed',
  'stop-timed-out',
  'stopped',
  'stopping',
  'text-accepted',
  'text-refused',
  'text-unknown',
  'texts-interrupted',
  'token-version-1',
  'token-without-auth-time',
  'token-without-claim',
  'uncaught-exception',
  'unhandled-rejection',
  'verification-cancelled',
  'verification-locked',
  'verification-started',
  'webhook-failed',
] as const;
export type LogEvent = (typeof logEvents)[number];

export interface LogEntry {
  level: 'info' | 'warn' | 'error';
  event: LogEvent;
  [key: string]: string | number | boolean | undefined;
}

export type Log = (entry: LogEntry) => void;

/**
 * Writes lines to the stream. What the stream does not take, on a full disk for instance, is lost and counted: as an
 * unexpected error it would be logged again without end.
 */
export function createLog(stream: Writable): Log {
  let lost = 0;
  stream.on('error', () => {});

  function write(entry: LogEntry, count: number) {
    stream.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`, (error) => {
      if (error) lost += count;
      else if (lost > 0) reportLost();
    });
  }

  function reportLost() {
    const count = lost;
    lost = 0;
    write({ level: 'error', event: 'log-entries-lost', count }, count);
  }

  return (entry) => write(entry, 1);
}

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
