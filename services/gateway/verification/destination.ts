import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { Problem } from '../problems.ts';

export interface DestinationRules {
  /** ISO 3166 codes: only phone numbers of these countries are texted. Undefined: every country is allowed. */
  allowedCountries: readonly string[] | undefined;
  refusedCountries: readonly string[];
  /**
   * Mobile ranges that the bundled metadata does not know, because they are new or reserved for fiction: E.164 with an x
   * for each free digit, `+447700900xxx`.
   */
  additionalMobileRanges: readonly string[];
}

export interface Destination {
  e164: string;
  /** As Graph writes it: `+44 7700900982`. */
  phoneNumber: string;
  /** `+44 •••• 982`. */
  masked: string;
  /** `+44`; one cap counts all texts to a calling code, which limits SMS pumping. */
  callingCode: string;
}

/**
 * Numbers of services that the metadata takes for ordinary numbers; all other pay-per-call ranges have a type of their own.
 * In each North American area code, 976 is for pay-per-call, 950 for carriers, and 555 for directories except 555 0100 to
 * 555 0199, which are reserved for fiction. Source: ATIS-0300051, "Central Office Code Assignment Guidelines".
 */
const serviceRanges = /^\d{3}(?:976|950|555(?!01))/;

/**
 * Judges whether a phone number may be texted.
 * @param input international form, with `+`; spaces and punctuation are allowed
 * @throws Problem `invalid-number`, `cannot-receive-texts` (landline, premium, extension …), `country-refused`
 */
export function textDestination(input: string, rules: DestinationRules): Destination {
  const parsed = input.startsWith('+') ? parsePhoneNumberFromString(input, { extract: false }) : undefined;
  if (!parsed?.isPossible()) throw new Problem('invalid-number');
  if (parsed.countryCallingCode === '1' && serviceRanges.test(parsed.nationalNumber))
    throw new Problem('cannot-receive-texts');
  const isAdditional = rules.additionalMobileRanges.some((range) => isInRange(parsed.number, range));
  if (!isAdditional && !parsed.isValid()) throw new Problem('invalid-number');

  const country = parsed.country ?? (isAdditional ? parsed.getPossibleCountries()[0] : undefined);
  // Satellite networks and international services have no country and cost most.
  if (!country || rules.refusedCountries.includes(country)) throw new Problem('country-refused');
  if (rules.allowedCountries && !rules.allowedCountries.includes(country)) throw new Problem('country-refused');

  // Premium, shared-cost, personal, pager and VoIP numbers cannot be texted or pay the attacker of an SMS pumping scheme.
  const type = isAdditional ? 'MOBILE' : parsed.getType();
  if (parsed.ext || (type !== 'MOBILE' && type !== 'FIXED_LINE_OR_MOBILE')) throw new Problem('cannot-receive-texts');

  const callingCode = `+${parsed.countryCallingCode}`;
  return {
    e164: parsed.number,
    phoneNumber: `${callingCode} ${parsed.nationalNumber}`,
    masked: `${callingCode} •••• ${parsed.nationalNumber.slice(-3)}`,
    callingCode,
  };
}

function isInRange(e164: string, range: string): boolean {
  return e164.length === range.length && e164.startsWith(range.replaceAll('x', ''));
}
