import { expect, test } from 'vitest';
import { countryName, likelyCountry } from './country.ts';

test.each([
  [['en-GB', 'en'], 'GB'],
  [['de', 'de-AT'], 'AT'],
  [['ar'], 'EG'],
  [['es-419', 'es-MX'], 'MX'],
  [['zh-Hant-TW'], 'TW'],
  [[], 'US'],
])('%j is most likely %s', (languages, country) => {
  expect(likelyCountry(languages)).toBe(country);
});

test('countries are named in the language of the page', () => {
  expect(countryName('DE', 'en')).toBe('Germany');
  expect(countryName('DE', 'fr')).toBe('Allemagne');
});
