// Decides whether a load balancer may send requests to this process (GET /ready).
import type { Clock } from './configuration.ts';
import { type Log, loggableError } from './log.ts';

export interface Condition {
  name: string;
  /** What an operator should know while it is not met. Anyone can read it: no ids, addresses or numbers. */
  words: string;
  /** Waits for no other service. A throw or a rejection counts as not met. */
  isMet: () => Promise<boolean> | boolean;
}

export interface ReadinessReport {
  status: 'ready' | 'not-ready';
  conditions: { name: string; isMet: boolean; words?: string }[];
  warnings?: readonly string[];
}

export interface Readiness {
  report(): Promise<ReadinessReport>;
  /** Fails readiness until the process ends. */
  fail(): void;
}

/** How long the result of a written row counts, so that requests to /ready, which anyone can send, cost little. */
export const databaseCheckMs = 2_000;

/**
 * The condition `running` is added: it is met until `fail` is called. Changes of the others are logged.
 * @param warnings about the configuration, for operators
 */
export function createReadiness(others: readonly Condition[], log: Log, warnings: readonly string[] = []): Readiness {
  let isRunning = true;
  const notMet = new Set<string>();

  async function check({ name, words, isMet }: Condition): Promise<ReadinessReport['conditions'][number]> {
    let problem = {};
    const result = await (async () => isMet())().catch((error: unknown) => {
      problem = loggableError(error);
      return false;
    });
    if (!result && !notMet.has(name)) log({ level: 'error', event: 'not-ready', condition: name, ...problem });
    if (result && notMet.has(name)) log({ level: 'info', event: 'ready-again', condition: name });
    if (result) notMet.delete(name);
    else notMet.add(name);
    return entry(name, result, words);
  }

  return {
    async report() {
      const checked = await Promise.all(others.map(check));
      const conditions = [entry('running', isRunning, 'The server is stopping.'), ...checked];
      return {
        status: conditions.every(({ isMet }) => isMet) ? 'ready' : 'not-ready',
        conditions,
        ...(warnings.length > 0 ? { warnings } : {}),
      };
    },
    fail() {
      isRunning = false;
    },
  };
}

function entry(name: string, isMet: boolean, words: string): ReadinessReport['conditions'][number] {
  return { name, isMet, ...(isMet ? {} : { words }) };
}

/** Keeps the result, a rejection included, for `ms`; requests at the same time share one check. */
export function cached<Result>(ms: number, clock: Clock, check: () => Promise<Result> | Result): () => Promise<Result> {
  let last: { at: number; result: Promise<Result> } | undefined;
  return () => {
    const now = clock.now();
    // A clock that was set back must not keep a result for longer.
    if (!last || now < last.at || now - last.at >= ms) last = { at: now, result: (async () => check())() };
    return last.result;
  };
}
