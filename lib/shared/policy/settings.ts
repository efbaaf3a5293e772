// What a person can choose, and what counts in the end: the one place where what an organization sets by policy is laid
// over it. Nothing of a policy is ever written into the settings, so that none of it is left when the policy goes.

import type { Campaign } from '../model/campaign.ts';
import type { Settings } from '../model/rows.ts';
import type { PolicyValues } from './rules.ts';

export interface SettingsInEffect extends Campaign {
  /** `once`: whatever is answered to the offer, it is not made again. */
  bannerMode: 'off' | 'once' | 'until-enabled';
  /** How long "Not now" lasts. */
  snoozeDays: number;
  /** After how many days a person is asked whether a number is still theirs; 0: never. */
  numberReviewDays: number;
  /** Addresses of further pages the banner is on, beside those of the cloud (lib/shared/model/account-pages.ts). */
  accountPages: readonly string[];
}

const asItComes: SettingsInEffect = {
  bannerMode: 'until-enabled',
  snoozeDays: 7,
  numberReviewDays: 180,
  accountPages: [],
};

/** What policy may lay over: the same names as in lib/shared/policy/rules.ts. */
const managed = [
  'bannerMode',
  'bannerStart',
  'bannerEnd',
  'snoozeDays',
  'numberReviewDays',
  'accountPages',
] as const satisfies readonly (keyof SettingsInEffect & keyof PolicyValues)[];

/** @param policy what the organization has set, already checked */
export function settingsInEffect(settings: Settings | undefined, policy: PolicyValues = {}): SettingsInEffect {
  const { banner = true, numberReminder = true, accountPages = asItComes.accountPages } = settings ?? {};
  const overlay = managed.flatMap((key) => (policy[key] === undefined ? [] : [[key, policy[key]]]));
  return {
    ...asItComes,
    ...(banner ? {} : { bannerMode: 'off' }),
    ...(numberReminder ? {} : { numberReviewDays: 0 }),
    accountPages,
    ...Object.fromEntries(overlay),
  };
}
