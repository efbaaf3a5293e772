import { expect, test } from 'vitest';
import { settingsInEffect } from './settings.ts';

const asItComes = { bannerMode: 'until-enabled', snoozeDays: 7, numberReviewDays: 180, accountPages: [] };

test('who chose nothing has the banner, and is asked about a number after half a year', () => {
  expect(settingsInEffect(undefined)).toEqual(asItComes);
  expect(settingsInEffect({ id: 'settings', banner: true, numberReminder: true })).toEqual(asItComes);
});

test('what was chosen counts', () => {
  const accountPages = ['https://account.contoso.example/'];
  expect(settingsInEffect({ id: 'settings', banner: false, numberReminder: false, accountPages })).toEqual({
    ...asItComes,
    ...{ bannerMode: 'off', numberReviewDays: 0, accountPages },
  });
});

test('a policy lies over it, key by key, and leaves it as it was', () => {
  const chosen = { id: 'settings', banner: false } as const;
  expect(settingsInEffect(chosen, { snoozeDays: 30 })).toMatchObject({ bannerMode: 'off', snoozeDays: 30 });
  expect(settingsInEffect(chosen, { bannerMode: 'once' })).toMatchObject({ bannerMode: 'once', snoozeDays: 7 });
  expect(settingsInEffect(chosen)).toMatchObject({ bannerMode: 'off' });
});
