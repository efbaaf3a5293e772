// Imports the phone metadata of all countries: load it only where a user types a number.
import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';
import { countryName } from './country.ts';
import { asciiDigits } from './digits.ts';

export interface TypedNumber {
  /** E.164. Set if the number has a possible length; example numbers never count as valid. */
  phoneNumber?: string;
  /** "+44 7700 900982" */
  international?: string;
  /** Undefined for a number that belongs to no country. */
  country: string | undefined;
  /** The typed country code overrides the selected country. */
  hasCountryCode: boolean;
}

/** @param selected ISO 3166 code of the country to use for a number without a country code */
export function parseTypedNumber(typed: string, selected: string): TypedNumber {
  const text = normalize(typed);
  const country = isSupportedCountry(selected) ? selected : undefined;
  const number = parsePhoneNumberFromString(text, { ...(country ? { defaultCountry: country } : {}), extract: false });
  const hasCountryCode = text.startsWith('+') || (number !== undefined && hasOtherCallingCode(number, country));
  const result = { country: hasCountryCode && number ? countryOf(number, selected) : selected, hasCountryCode };
  if (!number?.isPossible()) return result;
  return {
    ...result,
    phoneNumber: number.number,
    // Without the extension, which cannot receive texts.
    international: number.formatInternational({ formatExtension: (withoutExtension) => withoutExtension }),
  };
}

/** @returns all countries, sorted by name; `callingCode` is, for example, "+44" */
export function countries(language: string) {
  const { compare } = new Intl.Collator(language);
  return getCountries()
    .map((code) => ({ code, name: countryName(code, language), callingCode: `+${getCountryCallingCode(code)}` }))
    .toSorted((one, other) => compare(one.name, other.name));
}

/** Converts digits of any script and the prefixes "tel:", "＋" and "00", and removes direction marks. */
function normalize(typed: string): string {
  return asciiDigits(typed)
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll('＋', '+')
    .trim()
    .replace(/^tel:/i, '')
    .replace(/^\(?00/, (prefix) => prefix.replace('00', '+'));
}

/** Whether the number starts with an international prefix such as 011 or a country code without +. */
function hasOtherCallingCode(number: PhoneNumber, country: CountryCode | undefined): boolean {
  return country !== undefined && number.countryCallingCode !== getCountryCallingCode(country);
}

/** Several countries may share a calling code: prefers the selected one, then the main one. */
function countryOf(number: PhoneNumber, selected: string): string | undefined {
  if (number.country) return number.country;
  const possible: string[] = number.getPossibleCountries();
  return possible.includes(selected) ? selected : possible[0];
}
