export interface Sample {
  median: number;
  /** First and third quartile. */
  quarters: [number, number];
  rounds: number;
}

export function sampleOf(values: readonly number[]): Sample {
  const sorted = values.toSorted((one, other) => one - other);
  return {
    median: at(sorted, 0.5),
    quarters: [at(sorted, 0.25), at(sorted, 0.75)],
    rounds: sorted.length,
  };
}

function at(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const [low = Number.NaN, high = low] = sorted.slice(Math.floor(place), Math.floor(place) + 2);
  return low + (high - low) * (place % 1);
}
