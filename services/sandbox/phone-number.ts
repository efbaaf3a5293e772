// Numbers as the directory writes them: "+44 7700900982", one space after the country code, "x123" for an extension.
import { parsePhoneNumberFromString } from 'libphonenumber-js';

/** The directory's form of a number in any familiar form; national forms are read as British. */
export function directoryNumber(input: string): string | undefined {
  const number = parsePhoneNumberFromString(input, 'GB');
  if (!number?.isPossible()) return undefined;
  return `+${number.countryCallingCode} ${number.nationalNumber}${number.ext ? `x${number.ext}` : ''}`;
}

/** E.164, the key of a handset. */
export function e164(number: string): string {
  return number.replace(/x.*$/, '').replace(/\s/g, '');
}

/** For pages that must not show a whole number. */
export function masked(number: string): string {
  const [country = '', national = ''] = number.split(' ');
  return `${country} ${'•'.repeat(4)} ${national.slice(-3)}`;
}
