import { expect, test } from 'vitest';
import { effectivePolicy } from './effective-policy.ts';
import { policyKeys, type Rule, rules } from './rules.ts';

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
