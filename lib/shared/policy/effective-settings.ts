import type { Settings } from '../model/rows.ts';
import { type EffectivePolicy, effectivePolicy } from './effective-policy.ts';
import type { ReceivedPolicy } from './received.ts';

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
