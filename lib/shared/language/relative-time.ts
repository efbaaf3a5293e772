const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** @returns a text such as "2 minutes ago" or "in 20 seconds"; undefined for times less than a minute ago */
export function relativeTime(time: number, now: number, language: string): string | undefined {
  const distance = time - now;
  const unit = units.find(([name, ms]) => Math.abs(distance) >= ms && (name !== 'second' || distance > 0));
  if (!unit) return undefined;
  const [name, ms] = unit;
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.trunc(distance / ms), name);
}
