import { expect, test } from 'vitest';
import { countryName, firstCountry, isAllowed, likelyCountry } from './country.ts';

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

test.each<[Parameters<typeof firstCountry>[1], string]>([
  [{ allowedCountries: [] }, 'GB'],
  [{ defaultCountry: 'DE', allowedCountries: [] }, 'DE'],
  [{ allowedCountries: ['FR', 'GB'] }, 'GB'],
  [{ allowedCountries: ['FR', 'DE'] }, 'FR'],
  [{ defaultCountry: 'DE', allowedCountries: ['FR', 'DE'] }, 'DE'],
  [{ defaultCountry: 'DE', allowedCountries: ['FR'] }, 'FR'],
])('with %j the step begins with %s', (policy, country) => {
  expect(firstCountry(['en-GB'], policy)).toBe(country);
});

test('where there is a list, only what is on it is allowed', () => {
  expect(isAllowed('GB', { allowedCountries: [] })).toBe(true);
  expect(isAllowed(undefined, { allowedCountries: [] })).toBe(true);
  expect(isAllowed('GB', { allowedCountries: ['FR'] })).toBe(false);
  expect(isAllowed(undefined, { allowedCountries: ['FR'] })).toBe(false);
});
