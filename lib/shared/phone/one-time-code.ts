import { asciiDigits } from './digits.ts';

/** Spaces, dashes and invisible direction marks. */
const separators = /[\s\p{Pd}\p{Cf}]/gu;

/** @returns the digits of a typed or pasted code; undefined if it has other characters or another length */
export function parseCode(typed: string, length: number): string | undefined {
  const digits = asciiDigits(typed).replaceAll(separators, '');
  return /^\d+$/.test(digits) && digits.length === length ? digits : undefined;
}
