// Rate limits ("caps") with sliding windows.
import * as v from 'valibot';

export const cappedBy = ['user', 'number', 'address', 'site', 'country', 'total'] as const;
export type CappedBy = (typeof cappedBy)[number];

/** At most `limit` events in any window of `windowMs`. */
export interface Cap {
  limit: number;
  windowMs: number;
}

export type Caps = Record<CappedBy, readonly Cap[]>;

/** Between two texts to the same phone number. */
export const cooldown: Cap = { limit: 1, windowMs: 30_000 };
/** Older texts and wrong codes count in no window and are deleted. */
export const longestWindowMs = 24 * 3_600_000;

export const defaultCaps = {
  user: '5/1h 10/24h',
  number: '5/1h 10/24h',
  address: '60/1h',
  site: '300/1h',
  country: '500/1h 2000/24h',
  total: '1000/1h 4000/24h',
} as const satisfies Record<CappedBy, string>;

/** Wrong codes of one user over all verifications, because each verification allows five. */
export const wrongCodesCap: Cap = { limit: 15, windowMs: longestWindowMs };

const unitMs = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** The form of caps in the environment: `5/1h 10/24h`. */
export const CapsText = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^[1-9]\d{0,6}\/[1-9]\d{0,4}[smh]( +[1-9]\d{0,6}\/[1-9]\d{0,4}[smh])*$/, 'caps such as "5/1h 10/24h"'),
  v.transform((text) =>
    text.split(/ +/).map((part): Cap => {
      const [limit, window = ''] = part.split('/');
      return {
        limit: Number(limit),
        windowMs: Number(window.slice(0, -1)) * unitMs[window.at(-1) as keyof typeof unitMs],
      };
    }),
  ),
  v.check((caps) => caps.every((cap) => cap.windowMs <= longestWindowMs), 'caps with windows of at most 24h'),
);
