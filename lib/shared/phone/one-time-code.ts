// A code as it is typed or pasted: "123-456", with spaces, in the digits of any script.
import { asciiDigits } from './digits.ts';

/** Spaces, hyphens and dashes, and the invisible marks of direction that come along when something is copied. */
const between = /[\s\p{Pd}\p{Cf}]/gu;

/** The digits alone; undefined where anything else is in it or it is not of this length. */
export function codeOf(typed: string, length: number): string | undefined {
  const digits = asciiDigits(typed).replaceAll(between, '');
  return /^\d+$/.test(digits) && digits.length === length ? digits : undefined;
}
