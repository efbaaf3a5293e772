// Countries of phone numbers. Does not import phone metadata.
import type { EffectivePolicy } from '../policy/effective-policy.ts';

/** @returns the first region named in the browser's languages, else the most likely region of the first language */
export function likelyCountry(languages: readonly string[]): string {
  const locales = languages.map((language) => new Intl.Locale(language));
  const regions = [...locales.map(({ region }) => region), locales[0]?.maximize().region];
  // Some regions are numeric, such as 419 for Latin America.
  return regions.find((region) => region !== undefined && /^[A-Z]{2}$/.test(region)) ?? 'US';
}

type CountryPolicy = Pick<EffectivePolicy, 'defaultCountry' | 'allowedCountries'>;

export function firstCountry(languages: readonly string[], policy: CountryPolicy): string {
  const candidates = [policy.defaultCountry, likelyCountry(languages), ...policy.allowedCountries];
  return candidates.find((country) => country && isAllowed(country, policy)) ?? 'US';
}

/** @param country undefined for a number that belongs to no country, such as a satellite phone */
export function isAllowed(country: string | undefined, { allowedCountries }: CountryPolicy): boolean {
  return allowedCountries.length === 0 || (country !== undefined && allowedCountries.includes(country));
}

/** Cached, because creating it is slow and a list needs 245 names. */
let displayNames: { language: string; of: Intl.DisplayNames } | undefined;

export function countryName(country: string, language: string): string {
  if (displayNames?.language !== language)
    displayNames = { language, of: new Intl.DisplayNames(language, { type: 'region' }) };
  return displayNames.of.of(country) ?? country;
}
