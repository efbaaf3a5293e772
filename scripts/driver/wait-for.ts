// The one way to wait in tests that run in Node.
import { vi } from 'vitest';

/** A bound on what hangs, not on how long something may take on a busy machine. */
const timeout = 20_000;

/** Asks until nothing is thrown. Where time is the test's own, it goes on meanwhile. */
export function waitFor<Result>(condition: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(condition, { timeout });
}
