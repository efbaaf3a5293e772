// How long ago, or how long until, in the person's language.

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** "2 minutes ago", "in 20 seconds"; undefined for what was less than a minute ago. Times in milliseconds since 1970. */
export function relativeTime(time: number, now: number, language: string): string | undefined {
  const distance = time - now;
  const unit = units.find(([name, ms]) => Math.abs(distance) >= ms && (name !== 'second' || distance > 0));
  if (!unit) return undefined;
  const [name, ms] = unit;
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.trunc(distance / ms), name);
}
