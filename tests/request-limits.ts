import { minIntervalMs } from '../lib/background/sync/schedule.ts';
import type { RequestPurpose, SandboxRequest } from '../services/sandbox/sandbox.ts';

/** Graph requests of one sync: the phones and the default method. */
const readsPerSync = 2;

/**
 * What one command may cause; a silent sign-in for each challenge. A sign-in window counts twice in Firefox, which asks once
 * by itself before it opens the window (its ext-identity.js). The rates let the alarms and open pages between two acts of
 * the user go on as designed: a sync as often as a page that waits for a registration may ask, a renewal per ten minutes,
 * and a silent sign-in per ten minutes.
 */
const limits: Record<Exclude<RequestPurpose, 'write'>, { atOnce: number; refillMs: number }> = {
  authorize: { atOnce: 3, refillMs: Number.POSITIVE_INFINITY },
  'authorize silently': { atOnce: 1, refillMs: 10 * 60_000 },
  token: { atOnce: 6, refillMs: 10 * 60_000 },
  read: { atOnce: 12, refillMs: minIntervalMs.registration / readsPerSync },
};

interface Counter {
  amount: number;
  at: number;
}

export interface Act {
  /** Index of the first request after the act. */
  index: number;
  /** The command that a step-up continues. */
  continues?: string | undefined;
}

/**
 * Judges the sandbox's record by the limits of one command.
 *
 * A request belongs to the last act of the user before it, because a request names no command: everything between two acts is
 * caused by one command at most, and by syncs, whose rate is limited. So each act starts with full limits, which refill slowly
 * afterwards: a command cannot borrow from the time before it, and a loop is found however long the user waits. A write may
 * reach a verdict once after an act or a completed sign-in, and be refused with 401 once before, because of its token. The
 * sign-ins that continue one command are limited to three together, and its token requests count on until another command.
 *
 * @returns a sentence for each violation
 */
export function exceededLimits(requests: readonly SandboxRequest[], acts: readonly Act[]): string[] {
  const problems: string[] = [];
  const completed = new Map<string, number>();
  const starts = [0, ...acts.map(({ index }) => index), requests.length];
  let used = new Map<string, Counter>();
  for (const [number, from] of starts.slice(0, -1).entries()) {
    const part = withoutRepeats(requests.slice(from, starts[number + 1]));
    const { continues } = acts[number - 1] ?? {};
    const previous = acts[number - 2]?.continues ?? continues;
    const tokens = continues !== undefined && continues === previous ? used.get('token') : undefined;
    used = new Map(tokens && [['token', tokens]]);
    problems.push(...problemsOf(part, used).map((problem) => `After act ${number}: ${problem}`));
    if (continues === undefined) continue;
    const windows = part.filter(({ purpose }) => purpose === 'authorize').length;
    // A silent sign-in at a later alarm belongs to no command.
    const inWindows = Math.min(windows, part.filter(({ completesSignIn }) => completesSignIn).length);
    const signIns = (completed.get(continues) ?? 0) + inWindows;
    completed.set(continues, signIns);
    if (signIns > limits.authorize.atOnce) problems.push(`After act ${number}: ${signIns} sign-ins for one command`);
  }
  return problems;
}

/** A browser repeats a request, with its id, after a broken connection. */
function withoutRepeats(requests: readonly SandboxRequest[]): SandboxRequest[] {
  const known = new Set<string>();
  return requests.filter(({ clientRequestId }) => {
    if (clientRequestId === undefined) return true;
    if (known.has(clientRequestId)) return false;
    known.add(clientRequestId);
    return true;
  });
}

/** @param used amounts so far */
function problemsOf(requests: readonly SandboxRequest[], used: Map<string, Counter>): string[] {
  const problems: string[] = [];
  let writes = new Map<string, { answered: number; rejected: number }>();
  for (const { at, purpose, demand, method, path, status, completesSignIn } of requests) {
    if (completesSignIn) writes = new Map();
    if (purpose === 'write') {
      const write = `${method} ${path}`;
      const counts = writes.get(write) ?? { answered: 0, rejected: 0 };
      counts[status === 401 ? 'rejected' : 'answered'] += 1;
      writes.set(write, counts);
      if (counts.answered > 1 || counts.rejected > 2) problems.push(`${write} again without a sign-in`);
    } else if (purpose !== undefined) {
      const { atOnce, refillMs } = limits[purpose];
      const counter = purpose === 'authorize silently' ? `${purpose} ${demand}` : purpose;
      const before = used.get(counter) ?? { amount: 0, at };
      const amount = Math.max(0, before.amount - (at - before.at) / refillMs) + 1;
      used.set(counter, { amount, at });
      if (amount > atOnce) problems.push(`more than ${atOnce} × ${purpose}`);
    }
  }
  return problems;
}
