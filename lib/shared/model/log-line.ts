// A line of the diagnostic log. No part of it comes from outside the extension, so it cannot hold a phone number, code or token.
import * as v from 'valibot';
import { IdentityError } from './errors.ts';

export const logKey = 'log';
export const maxLogLines = 50;

export const LogLineSchema = v.object({
  /** Milliseconds since 1970. */
  time: v.number(),
  /** The class of the error. */
  name: v.pipe(v.string(), v.regex(/^[A-Za-z]{1,40}$/)),
  kind: v.pipe(v.string(), v.regex(/^[a-z-]{1,40}$/)),
  /** Function, file, line and column of the first stack frame in the extension's own code. */
  frame: v.optional(v.pipe(v.string(), v.regex(/^(?:[A-Za-z_$][\w$.]{0,60} )?\([\w./-]{1,60}\.js:\d{1,6}:\d{1,6}\)$/))),
  text: v.pipe(v.string(), v.regex(/^[A-Za-z ,.'-]{1,200}$/)),
});
export type LogLine = v.InferOutput<typeof LogLineSchema>;

/** Accepts a string constant only, because other text may hold a phone number, code or token. */
export type Constant<Text extends string> = string extends Text ? never : Text;

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

export function logLineText({ time, name, kind, frame, text }: LogLine): string {
  return [new Date(time).toISOString(), kind, name, frame, text].filter(Boolean).join(' ');
}

export function parseLog(stored: unknown): LogLine[] {
  const parsed = v.safeParse(v.array(LogLineSchema), stored);
  return parsed.success ? parsed.output : [];
}
