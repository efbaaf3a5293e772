// The country a number without a country code is taken for, and the names of countries. No phone metadata.

/** The region of the languages a browser is set to: one that is said, else the most likely one of the first language. */
export function likelyCountry(languages: readonly string[]): string {
  const locales = languages.map((language) => new Intl.Locale(language));
  const regions = [...locales.map(({ region }) => region), locales[0]?.maximize().region];
  // Regions may also be numbers, such as 419 for Latin America.
  return regions.find((region) => region !== undefined && /^[A-Z]{2}$/.test(region)) ?? 'US';
}

export function countryName(country: string, language: string): string {
  return new Intl.DisplayNames(language, { type: 'region' }).of(country) ?? country;
}
