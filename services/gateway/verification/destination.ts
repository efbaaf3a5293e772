// Which numbers may be texted at all, decided before anything is sent.
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { Problem } from '../api/problems.ts';

export interface DestinationRules {
  /** ISO 3166 codes; only these, where given. */
  allowedCountries?: readonly string[] | undefined;
  refusedCountries: readonly string[];
  /**
   * Mobile ranges the bundled metadata does not know, newly opened or reserved for fiction: E.164 with an x for each free
   * digit, `+447700900xxx`.
   */
  additionalMobileRanges: readonly string[];
}

export interface Destination {
  /** E.164. */
  e164: string;
  /** As Graph writes it: `+44 7700900982`. */
  number: string;
  /** `+44 •••• 982`. */
  masked: string;
  /** `+44`: texts to one country are capped together, which is how paid-for traffic is noticed. */
  callingCode: string;
}

/**
 * @param typed international form, with `+`; spaces and punctuation as people write them
 * @throws Problem `invalid-number`, `cannot-receive-texts` (landline, premium, extension …), `country-refused`
 */
export function textDestination(typed: string, rules: DestinationRules): Destination {
  const parsed = typed.trimStart().startsWith('+') ? parsePhoneNumberFromString(typed, { extract: false }) : undefined;
  if (!parsed?.isPossible()) throw new Problem('invalid-number');
  const isAdditional = rules.additionalMobileRanges.some((range) => isInRange(parsed.number, range));
  if (!isAdditional && !parsed.isValid()) throw new Problem('invalid-number');

  const country = parsed.country ?? (isAdditional ? parsed.getPossibleCountries()[0] : undefined);
  // No country: satellite networks and international services, the dearest there are. Lists of countries cannot name them.
  if (!country || rules.refusedCountries.includes(country)) throw new Problem('country-refused');
  if (rules.allowedCountries && !rules.allowedCountries.includes(country)) throw new Problem('country-refused');

  // Only what is, or in North America may be, a mobile number: premium, shared-cost, personal, pager, VoIP and the like
  // either cannot be texted or are how text fraud earns.
  const type = isAdditional ? 'MOBILE' : parsed.getType();
  if (parsed.ext || (type !== 'MOBILE' && type !== 'FIXED_LINE_OR_MOBILE')) throw new Problem('cannot-receive-texts');

  const callingCode = `+${parsed.countryCallingCode}`;
  return {
    e164: parsed.number,
    number: `${callingCode} ${parsed.nationalNumber}`,
    masked: `${callingCode} •••• ${parsed.nationalNumber.slice(-3)}`,
    callingCode,
  };
}

function isInRange(number: string, range: string): boolean {
  const fixed = range.replace(/x+$/, '');
  return number.length === range.length && number.startsWith(fixed);
}
