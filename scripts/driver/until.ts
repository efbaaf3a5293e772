// Waits for a condition, and reports what was there instead when the limit is reached.

/** Bounds a wait that hangs, far above what a busy machine needs. */
const waitLimitMs = 180_000;
/** Milliseconds between two probes. The interval grows, because probes take time from the page. */
const pollInterval = { first: 30, growth: 1.3, last: 300 };

/** Ends the wait: a closed page does not come back. */
export class PageClosed extends Error {}

/**
 * Repeats the probe until it returns something other than false and undefined. A probe may throw, for instance while a
 * page navigates; the error at the limit names the last one.
 */
export async function until<Answer>(
  what: string,
  probe: () => Promise<Answer | false | undefined> | Answer | false | undefined,
  options: { limit?: number; instead?: () => Promise<string> | string } = {},
): Promise<Answer> {
  const limit = options.limit ?? waitLimitMs;
  const deadline = performance.now() + limit;
  let lastError: unknown;
  let interval = pollInterval.first;
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== false && answer !== undefined) return answer;
      lastError = undefined;
    } catch (error) {
      if (error instanceof PageClosed) throw new Error(`Waiting for ${what}: ${error.message}`);
      lastError = error;
    }
    if (performance.now() >= deadline) break;
    await new Promise((next) => setTimeout(next, interval));
    interval = Math.min(interval * pollInterval.growth, pollInterval.last);
  }
  const instead = await Promise.resolve(options.instead?.()).catch((error) => `(${String(error)})`);
  const lines = [`Waited ${limit / 1000} s for ${what}.`, instead, lastError ? `Last error: ${String(lastError)}` : ''];
  throw new Error(lines.filter(Boolean).join('\n'));
}
