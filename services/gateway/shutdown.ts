// Ends the process in order: readiness fails, load balancers notice, work in progress ends.
import { type Log, type LogEntry, loggableError } from './log.ts';

/** A request takes at most 20 s (listen.ts). */
const finishWithinMs = 20_000;

export interface Shutdown {
  /** A second signal ends the grace period. */
  bySignal(signal: string): void;
  /** Ends with status 1, also if a signal came first. The grace period lets a load balancer choose another server. */
  byError(event: 'uncaught-exception' | 'unhandled-rejection', error: unknown): void;
}

export function createShutdown({
  failReadiness,
  finish,
  graceMs,
  exit,
  log,
}: {
  failReadiness: () => void;
  /** Accepts no connection any more and waits for requests, texts and writes in progress. */
  finish: () => Promise<void>;
  graceMs: number;
  exit: (code: number) => void;
  log: Log;
}): Shutdown {
  let code = 0;
  let endGrace: (() => void) | undefined;

  async function begin() {
    failReadiness();
    await new Promise<void>((resolve) => {
      endGrace = resolve;
      setTimeout(resolve, graceMs);
    });
    setTimeout(() => {
      log({ level: 'error', event: 'stop-timed-out' });
      exit(1);
    }, finishWithinMs).unref();
    try {
      await finish();
      log({ level: 'info', event: 'stopped' });
    } catch (error) {
      code = 1;
      log({ level: 'error', event: 'stop-failed', ...loggableError(error) });
    }
    exit(code);
  }

  return {
    bySignal(signal) {
      log({ level: 'info', event: 'stopping', signal });
      if (endGrace) endGrace();
      else void begin();
    },
    byError(event, error) {
      code = 1;
      log({ level: 'error', event, ...loggableError(error) } satisfies LogEntry);
      if (!endGrace) void begin();
    },
  };
}
