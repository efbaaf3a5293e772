// How often texts may go out, and how long the sliding windows are.
import * as v from 'valibot';

export const cappedBy = ['user', 'number', 'address', 'country'] as const;
export type CappedBy = (typeof cappedBy)[number];

export interface Cap {
  /** At most this many … */
  limit: number;
  /** … in any stretch of this many milliseconds. */
  windowMs: number;
}

export type Caps = Record<CappedBy, readonly Cap[]>;

/** Between two texts to the same number. */
export const cooldown: Cap = { limit: 1, windowMs: 30_000 };
/** Nothing older than this counts anywhere, so it may be forgotten. */
export const longestWindowMs = 24 * 3_600_000;

export const defaultCaps = {
  user: '5/1h 10/24h',
  number: '5/1h 10/24h',
  address: '60/1h',
  country: '500/1h 2000/24h',
} as const satisfies Record<CappedBy, string>;

/** Wrong codes of one person, over all verifications: five tries each would otherwise add up. */
export const wrongCodesCap: Cap = { limit: 15, windowMs: longestWindowMs };

const unitMs = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Caps as they are written in the environment: `5/1h 10/24h`. */
export const CapsText = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^[1-9]\d{0,6}\/[1-9]\d{0,4}[smh]( +[1-9]\d{0,6}\/[1-9]\d{0,4}[smh])*$/, 'write caps as "5/1h 10/24h"'),
  v.transform((text) =>
    text.split(/ +/).map((part): Cap => {
      const [, limit, length, unit] = /^(\d+)\/(\d+)([smh])$/.exec(part) ?? [];
      return { limit: Number(limit), windowMs: Number(length) * unitMs[unit as keyof typeof unitMs] };
    }),
  ),
  v.check((caps) => caps.every((cap) => cap.windowMs <= longestWindowMs), 'no window may be longer than 24h'),
);
