// The country a number without a country code is taken for, and the names of countries. No phone metadata.

/** The region of the languages a browser is set to: one that is said, else the most likely one of the first language. */
export function likelyCountry(languages: readonly string[]): string {
  const locales = languages.map((language) => new Intl.Locale(language));
  const regions = [...locales.map(({ region }) => region), locales[0]?.maximize().region];
  // Regions may also be numbers, such as 419 for Latin America.
  return regions.find((region) => region !== undefined && /^[A-Z]{2}$/.test(region)) ?? 'US';
}

/** The managed settings about countries. */
interface CountryPolicy {
  defaultCountry?: string;
  /** Empty: all countries. */
  allowedCountries: readonly string[];
}

/** The country to begin with: what the organization says, else the likely one, as long as it is allowed. */
export function firstCountry(languages: readonly string[], policy: CountryPolicy): string {
  const [firstAllowed] = policy.allowedCountries;
  return (
    [policy.defaultCountry, likelyCountry(languages)].find((country) => country && isAllowed(country, policy)) ??
    firstAllowed ??
    'US'
  );
}

/** @param country undefined for a number of no country, which no list allows */
export function isAllowed(country: string | undefined, { allowedCountries }: CountryPolicy): boolean {
  return allowedCountries.length === 0 || (country !== undefined && allowedCountries.includes(country));
}

/** The names in the language that was asked for last: making them is what takes time, and a list asks for 245. */
let names: { language: string; of: Intl.DisplayNames } | undefined;

export function countryName(country: string, language: string): string {
  if (names?.language !== language) names = { language, of: new Intl.DisplayNames(language, { type: 'region' }) };
  return names.of.of(country) ?? country;
}
