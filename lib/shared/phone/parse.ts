// What is typed, understood as a phone number. Holds the metadata of all countries: import it only where a number is typed,
// and only when it is.
import {
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberWithError,
} from 'libphonenumber-js/min';
import { countryName } from './country.ts';
import { asciiDigits } from './digits.ts';

export interface TypedNumber {
  /** In E.164, once it has a possible length. Example numbers are never "valid", so more is not asked for. */
  e164?: string;
  /** For reading: "+44 7700 900982". */
  international?: string;
  /** The country it belongs to; undefined for numbers of no country. */
  country: string | undefined;
  /** A typed + or 00 says the country, whatever was chosen. */
  saysCountry: boolean;
}

/** @param chosen the country of a number without a country code, as ISO 3166 says it */
export function readNumber(typed: string, chosen: string): TypedNumber {
  const text = plain(typed);
  const country = isSupportedCountry(chosen) ? chosen : undefined;
  const number = parse(text, country);
  const isInternational = text.startsWith('+');
  const saysCountry = isInternational || (number !== undefined && isPrefixed(number, country));
  const found = {
    country: saysCountry && number ? countryOf(number, chosen) : chosen,
    saysCountry,
  };
  if (!number?.isPossible()) return found;
  return {
    ...found,
    e164: number.number,
    // An extension cannot be texted.
    international: number.formatInternational({ formatExtension: (withoutExtension) => withoutExtension }),
  };
}

export interface Country {
  code: string;
  name: string;
  /** "+44" */
  callingCode: string;
}

export function countries(language: string): Country[] {
  const { compare } = new Intl.Collator(language);
  return getCountries()
    .map((code) => ({ code, name: countryName(code, language), callingCode: `+${getCountryCallingCode(code)}` }))
    .toSorted((one, other) => compare(one.name, other.name));
}

/** Digits of every script, the full-width plus, marks of direction from copying, "tel:" and 00 in place of +. */
function plain(typed: string): string {
  return asciiDigits(typed)
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll('＋', '+')
    .trim()
    .replace(/^tel:/i, '')
    .replace(/^\(?00/, (prefix) => prefix.replace('00', '+'));
}

function parse(text: string, defaultCountry: ReturnType<typeof getCountries>[number] | undefined) {
  try {
    return parsePhoneNumberWithError(text, { ...(defaultCountry ? { defaultCountry } : {}), extract: false });
  } catch {
    return undefined;
  }
}

/** Written with the country's own way of dialling abroad, such as 011, or with a country code alone. */
function isPrefixed(number: PhoneNumber, country: ReturnType<typeof getCountries>[number] | undefined): boolean {
  return country !== undefined && number.countryCallingCode !== getCountryCallingCode(country);
}

/** Several countries share a code: the chosen one where it is among them, else the one whose code it is first. */
function countryOf(number: PhoneNumber, chosen: string): string | undefined {
  if (number.country) return number.country;
  const possible: string[] = number.getPossibleCountries();
  return possible.includes(chosen) ? chosen : possible[0];
}
