import { parsePhoneNumberFromString } from 'libphonenumber-js';

/** Graph's form, `+44 7700900982` or `+44 2079460018x123`; national input is read as British. */
export function directoryNumber(input: string): string | undefined {
  const number = parsePhoneNumberFromString(input, 'GB');
  if (!number?.isPossible()) return undefined;
  return `+${number.countryCallingCode} ${number.nationalNumber}${number.ext ? `x${number.ext}` : ''}`;
}

/** E.164 from Graph's form, without the extension. */
export function e164(number: string): string {
  return number.replace(/x.*$/, '').replace(/\s/g, '');
}

export function masked(number: string): string {
  const [country = '', national = ''] = number.split(' ');
  return `${country} ${'•'.repeat(4)} ${national.slice(-3)}`;
}
