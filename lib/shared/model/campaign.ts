/** `once`: the offer is not repeated, whatever the answer. */
export type BannerMode = 'off' | 'once' | 'until-enabled';

/** First and last day with the banner, as `YYYY-MM-DD` in the time zone of the computer. */
export interface Campaign {
  bannerStart?: string;
  bannerEnd?: string;
}

function period({ bannerStart, bannerEnd }: Campaign): { from: number; until: number } {
  const midnight = (day: string, addedDays: number) => {
    const date = new Date(`${day}T00:00:00`);
    date.setDate(date.getDate() + addedDays);
    return date.getTime();
  };
  return {
    from: bannerStart ? midnight(bannerStart, 0) : -Infinity,
    until: bannerEnd ? midnight(bannerEnd, 1) : Infinity,
  };
}

export function isCampaignOn(campaign: Campaign, now: number): boolean {
  const { from, until } = period(campaign);
  return from <= now && now < until;
}

/** @returns the next time at which the campaign starts or ends */
export function nextCampaignChange(campaign: Campaign, now: number): number | undefined {
  const { from, until } = period(campaign);
  return [from, until].filter((time) => time > now && time < Infinity).toSorted((one, other) => one - other)[0];
}
