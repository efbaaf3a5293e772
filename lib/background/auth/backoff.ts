// Decides when the next request may be sent to a sign-in service that is busy. Times are milliseconds since 1970.
// docs/decisions/sign-in-host-without-permission.md
import * as v from 'valibot';
import type { ErrorDetails } from '../../shared/model/errors.ts';
import { maxRetryAfterMs } from '../network.ts';

const minute = 60_000;
/** The wait after one failure, after two in a row, and after each further one. */
const waitsMs = [minute, 5 * minute, 15 * minute] as const;
/** Added at random, because an outage affects many browsers at once. */
const jitter = 0.2;

const BackoffSchema = v.object({
  /** In a row. */
  failures: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** No request is sent before this time. */
  until: v.number(),
});
export type Backoff = v.InferOutput<typeof BackoffSchema>;

/** @returns no wait if the stored value is malformed */
export function parseBackoff(stored: unknown): Backoff {
  return v.parse(v.fallback(BackoffSchema, { failures: 0, until: 0 }), stored);
}

/** A wait longer than any that is stored comes from a clock that was wrong. */
export function isWaiting({ until }: Backoff, now: number): boolean {
  return until > now && until <= now + maxRetryAfterMs;
}

/** Whether the service asks for a wait, by its status, by its error code or by a time, or gave no readable answer. */
export function asksToWait({ kind, code, retryAt, status }: ErrorDetails): boolean {
  const asks = code !== undefined || retryAt !== undefined || status === 429 || status === 503;
  return kind === 'service-unavailable' && asks;
}

/**
 * @param retryAt `Retry-After`, which is readable only with a host permission
 * @param random from 0 to 1
 */
export function nextBackoff(
  { failures }: Backoff,
  retryAt: number | undefined,
  now: number,
  random: () => number,
): Backoff {
  const [, , longest] = waitsMs;
  const wait = (waitsMs[failures] ?? longest) * (1 + jitter * random());
  const named = retryAt ?? 0;
  return { failures: failures + 1, until: named > now ? named : now + wait };
}
