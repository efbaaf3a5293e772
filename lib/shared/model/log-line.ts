// A line of the diagnostic log. No part of it comes from outside the extension, so it cannot hold a phone number, code or token.
/** In `storage.session`. */
export const logKey = 'log';
export const maxLogLines = 50;

export interface LogLine {
  /** Milliseconds since 1970. */
  time: number;
  name: string;
  kind: string;
  /** Function, file, line and column of the first stack frame in the extension's own code. */
  frame?: string | undefined;
  text: string;
}

/** Accepts a string constant only, because other text may hold a phone number, code or token. */
export type Constant<Text extends string> = string extends Text ? never : Text;

export function logLineText({ time, name, kind, frame, text }: LogLine): string {
  return [new Date(time).toISOString(), kind, name, frame, text].filter(Boolean).join(' ');
}
