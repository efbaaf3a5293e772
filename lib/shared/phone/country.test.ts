import { expect, test } from 'vitest';
import { countryName, firstCountry, isAllowed, likelyCountry } from './country.ts';

test.each([
  [['en-GB', 'en'], 'GB'],
  [['de', 'de-AT'], 'AT'],
  [['ar'], 'EG'],
  [['es-419', 'es-MX'], 'MX'],
  [['zh-Hant-TW'], 'TW'],
  [[], 'US'],
])('the likely country for browser languages %j is %s', (languages, country) => {
  expect(likelyCountry(languages)).toBe(country);
});

test('countries are named in the given language', () => {
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
])('with the policy %j the first country is %s', (policy, country) => {
  expect(firstCountry(['en-GB'], policy)).toBe(country);
});

test('a country is allowed if the list is empty or contains it', () => {
  expect(isAllowed('GB', { allowedCountries: [] })).toBe(true);
  expect(isAllowed(undefined, { allowedCountries: [] })).toBe(true);
  expect(isAllowed('GB', { allowedCountries: ['FR'] })).toBe(false);
  expect(isAllowed(undefined, { allowedCountries: ['FR'] })).toBe(false);
});
