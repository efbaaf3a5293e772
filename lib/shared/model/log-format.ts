// Creates log lines, and rejects lines that the extension does not create. Apart from log-line.ts, because pages load it on demand.
import * as v from 'valibot';
import { IdentityError } from './errors.ts';
import type { LogLine } from './log-line.ts';

export function logLineOf(text: string, thrown: unknown, time: number): LogLine {
  const error = thrown instanceof IdentityError && thrown.cause instanceof Error ? thrown.cause : thrown;
  const name = error instanceof Error && /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : 'Error';
  const kind = thrown instanceof IdentityError ? thrown.kind : 'internal-error';
  const frame = error instanceof Error ? firstOwnFrame(error) : undefined;
  return { time, name, kind, ...(frame === undefined ? {} : { frame }), text };
}

/** Stacks of Chromium: `at name (address)`; of Firefox: `name@address`. */
function firstOwnFrame({ stack = '', message }: Error): string | undefined {
  // Chromium's stack starts with the message, which may hold anything.
  const header = message ? stack.indexOf(`: ${message}`) : -1;
  const frames = header < 0 ? stack : stack.slice(header + message.length + 2);
  for (const frame of frames.split('\n')) {
    const [, file] = /\b(?:chrome|moz)-extension:\/\/[^/\s]+\/([\w./-]{1,60}\.js:\d{1,6}:\d{1,6})\b/.exec(frame) ?? [];
    if (!file) continue;
    const [, name] = /^\s*(?:at (?:async |new )*)?([A-Za-z_$][\w$.]{0,60})(?: \(|@)/.exec(frame) ?? [];
    return `${name ? `${name} ` : ''}(${file})`;
  }
  return undefined;
}

export const LogLineSchema: v.GenericSchema<unknown, LogLine> = v.object({
  time: v.number(),
  name: v.pipe(v.string(), v.regex(/^[A-Za-z]{1,40}$/)),
  kind: v.pipe(v.string(), v.regex(/^[a-z-]{1,40}$/)),
  frame: v.optional(v.pipe(v.string(), v.regex(/^(?:[A-Za-z_$][\w$.]{0,60} )?\([\w./-]{1,60}\.js:\d{1,6}:\d{1,6}\)$/))),
  text: v.pipe(v.string(), v.regex(/^[A-Za-z ,.'-]{1,200}$/)),
});

export function parseLog(stored: unknown): LogLine[] {
  const parsed = v.safeParse(v.array(LogLineSchema), stored);
  return parsed.success ? parsed.output : [];
}
