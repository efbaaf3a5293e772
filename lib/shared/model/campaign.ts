// The days on which an organization wants the banner, in the time zone of the computer. Both days count.

/** `once`: the offer is not repeated, whatever the answer. */
export type BannerMode = 'off' | 'once' | 'until-enabled';

export interface Campaign {
  /** `YYYY-MM-DD`, the first and the last day. */
  bannerStart?: string;
  bannerEnd?: string;
}

/** From when, and until before when; milliseconds since 1970. */
function timesOf({ bannerStart, bannerEnd }: Campaign): { from: number; until: number } {
  const midnight = (day: string, later: number) => {
    const date = new Date(`${day}T00:00:00`);
    date.setDate(date.getDate() + later);
    return date.getTime();
  };
  return {
    from: bannerStart ? midnight(bannerStart, 0) : -Infinity,
    until: bannerEnd ? midnight(bannerEnd, 1) : Infinity,
  };
}

export function isCampaignOn(campaign: Campaign, now: number): boolean {
  const { from, until } = timesOf(campaign);
  return from <= now && now < until;
}

/** When that is next to be looked at, if ever. */
export function nextCampaignChange(campaign: Campaign, now: number): number | undefined {
  const { from, until } = timesOf(campaign);
  return [from, until].filter((time) => time > now && time < Infinity).toSorted((one, other) => one - other)[0];
}
