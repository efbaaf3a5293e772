// The only way to read the managed policy. It is applied at read time and never copied into stored settings.
import type { Settings } from '../model/rows.ts';
import type { ReceivedPolicy } from './received.ts';
import { type PolicyKey, type PolicyValues, policyKeys, type Rule, rules } from './setting-definitions.ts';

type KeyWithDefault = {
  [Key in PolicyKey]: (typeof rules)[Key] extends { default: unknown } ? Key : never;
}[PolicyKey];

export type EffectivePolicy = Omit<PolicyValues, KeyWithDefault> &
  Required<Pick<PolicyValues, KeyWithDefault>> & {
    /** The keys that the organization has set to a valid value. */
    managedKeys: readonly PolicyKey[];
  };

const defaults = Object.fromEntries(
  policyKeys.map((key) => [key, (rules[key] as Rule).default]).filter(([, value]) => value !== undefined),
) as Required<Pick<PolicyValues, KeyWithDefault>>;

/** @param received undefined without managed policy */
export function effectivePolicy(received: Pick<ReceivedPolicy, 'values'> | undefined): EffectivePolicy {
  const values = received?.values ?? {};
  return { ...defaults, ...values, managedKeys: Object.keys(values) as PolicyKey[] };
}

/** The effective policy, with the user's choice for each setting that the organization has not set. */
export function effectiveSettings(stored: {
  settings?: Settings | undefined;
  policy?: Pick<ReceivedPolicy, 'values'> | undefined;
}): EffectivePolicy {
  const { banner = true, numberReminder = true, accountPages } = stored.settings ?? {};
  return {
    ...effectivePolicy(undefined),
    ...(banner ? {} : { bannerMode: 'off' as const }),
    ...(numberReminder ? {} : { numberReviewDays: 0 }),
    ...(accountPages ? { accountPages } : {}),
    ...stored.policy?.values,
    managedKeys: effectivePolicy(stored.policy).managedKeys,
  };
}
