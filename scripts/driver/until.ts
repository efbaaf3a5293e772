// The one way to wait: for a condition, with a limit, and with an error that says what was there instead.

/** Milliseconds; a loaded machine with two cores is slow, and a condition that holds costs nothing. */
const waitLimit = 30_000;
/** Between two looks: longer from one to the next, since looking takes time from what is looked at. */
const pollInterval = { first: 30, growth: 1.3, last: 300 };

/** A page that is gone will not come back: no use in waiting on. */
export class PageClosed extends Error {}

/**
 * Asks until the answer is neither false nor undefined, and answers that. A probe may throw (a page on its way to the
 * next has nothing to ask); the last error is told when the time is up.
 */
export async function until<Answer>(
  what: string,
  probe: () => Promise<Answer | false | undefined> | Answer | false | undefined,
  options: { limit?: number; instead?: () => Promise<string> | string } = {},
): Promise<Answer> {
  const limit = options.limit ?? waitLimit;
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
