// Waits in tests that run in Node.
import { vi } from 'vitest';

/** Bounds a wait that hangs, far above what a busy machine needs. */
const timeout = 120_000;

/** Repeats the condition until it does not throw. Fake timers advance meanwhile. */
export function waitFor<Result>(condition: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(condition, { timeout });
}
