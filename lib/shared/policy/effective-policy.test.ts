import { expect, test } from 'vitest';
import { effectivePolicy, effectiveSettings } from './effective-policy.ts';
import { policyKeys, type Rule, rules } from './setting-definitions.ts';

test('without managed policy, each key has the default of its rule', () => {
  const policy = effectivePolicy(undefined);
  for (const key of policyKeys) expect(policy[key], key).toEqual((rules[key] as Rule).default);
  expect(policy.managedKeys).toEqual([]);
});

test('a received value replaces the default of its key only', () => {
  const policy = effectivePolicy({ values: { snoozeDays: 3, supportText: 'Ask us.' } });
  expect(policy).toEqual({
    ...effectivePolicy(undefined),
    snoozeDays: 3,
    supportText: 'Ask us.',
    managedKeys: ['snoozeDays', 'supportText'],
  });
});

test('without choices and policy, the defaults of the catalog apply', () => {
  expect(effectiveSettings({})).toEqual(effectivePolicy(undefined));
  const settings = { id: 'settings', banner: true, numberReminder: true } as const;
  expect(effectiveSettings({ settings })).toEqual(effectivePolicy(undefined));
});

test("a user's choices replace the defaults", () => {
  const accountPages = ['https://account.contoso.example/'];
  const settings = { id: 'settings', banner: false, numberReminder: false, accountPages } as const;
  expect(effectiveSettings({ settings })).toEqual({
    ...effectivePolicy(undefined),
    ...{ bannerMode: 'off', numberReviewDays: 0, accountPages },
  });
});

test("a policy value replaces the user's choice for its key only, and only while the policy is there", () => {
  const settings = { id: 'settings', banner: false } as const;
  expect(effectiveSettings({ settings, policy: { values: { snoozeDays: 30 } } })).toMatchObject({
    bannerMode: 'off',
    snoozeDays: 30,
    managedKeys: ['snoozeDays'],
  });
  const policy = { values: { bannerMode: 'once' } } as const;
  expect(effectiveSettings({ settings, policy })).toMatchObject({ bannerMode: 'once', snoozeDays: 7 });
  expect(effectiveSettings({ settings })).toMatchObject({ bannerMode: 'off', managedKeys: [] });
});
