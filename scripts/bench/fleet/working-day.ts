// Models when a browser runs: Monday morning, lids that are opened, meetings that end on the hour, shifts that start to the
// minute. It is harder on the service than reality.

const minute = 60_000;
const hour = 60 * minute;

/** A period in which the browser runs on a computer that is awake. */
export interface Awake {
  from: number;
  to: number;
  /** The browser was started or the lid was opened. */
  by: 'start' | 'wake';
}

/** @param midnight of the day in milliseconds; the periods are in order and do not overlap */
export function workingDay(midnight: number, isMonday: boolean, random: () => number): Awake[] {
  const about = (mean: number, deviation: number) => mean + deviation * normal(random);
  const arrival = midnight + arrivalOf(random, about);
  const end = Math.max(arrival + hour, about(arrival + 8.75 * hour, 30 * minute));
  const breaks: { from: number; to: number }[] = [];
  const lunch = midnight + about(12 * hour, 15 * minute);
  breaks.push({ from: lunch, to: lunch + Math.max(10 * minute, about(45 * minute, 10 * minute)) });
  for (const meeting of [10, 11, 14, 15, 16]) {
    if (random() > 0.25) continue;
    const opened = midnight + about(meeting * hour, 90_000);
    breaks.push({ from: opened - (4 + 6 * random()) * minute, to: opened });
  }
  // On Monday most computers were off, on other days most slept.
  let by: Awake['by'] = random() < (isMonday ? 0.7 : 0.3) ? 'start' : 'wake';
  const awake: Awake[] = [];
  let from = arrival;
  for (const pause of breaks.toSorted((one, other) => one.from - other.from)) {
    if (pause.from <= from || pause.to >= end) continue;
    awake.push({ from, to: pause.from, by });
    from = pause.to;
    by = random() < 0.05 ? 'start' : 'wake';
  }
  awake.push({ from, to: end, by });
  return awake;
}

/** Office hours around half past eight, or a shift at six or nine, within a few minutes. */
function arrivalOf(random: () => number, about: (mean: number, deviation: number) => number): number {
  const kind = random();
  if (kind < 0.65) return about(8.5 * hour, 35 * minute);
  return about((kind < 0.8 ? 6 : 9) * hour, 4 * minute);
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
