// Database queries as signals that follow every write.
import { type ReadonlySignal, signal } from '@preact/signals';
import { onChange } from '../../lib/shared/messages/changes.ts';
import type { ErrorKind } from '../../lib/shared/model/errors.ts';
import { DatabaseNotReady } from './read-tables.ts';

/** `storage-waits`: the database is not created or upgraded yet, for example because an older page keeps it open. */
export type StorageProblem = Extract<ErrorKind, 'storage-unavailable' | 'storage-waits'>;

/** `undefined` until the first result. */
export type QueryState<Result> = Result | StorageProblem | undefined;

/** How long a problem lasts before it is shown: meanwhile the service worker may create or upgrade the database. */
const timeoutMs: Record<StorageProblem, number> = { 'storage-waits': 10_000, 'storage-unavailable': 2_000 };
const retryMs = 100;
const slowRetryMs = 1_000;

export function isLoaded<Result>(
  state: QueryState<Result>,
): state is Exclude<QueryState<Result>, StorageProblem | undefined> {
  return state !== undefined && state !== 'storage-unavailable' && state !== 'storage-waits';
}

export function liveQuery<Result>(query: () => Promise<Result>): ReadonlySignal<QueryState<Result>> {
  const state = signal<QueryState<Result>>(undefined);
  subscribe(query, (next) => (state.value = next));
  return state;
}

/**
 * Repeats the query after each write, and while there is a problem.
 * @returns a function that ends the subscription
 */
export function subscribe<Result>(
  query: () => Promise<Result>,
  onState: (state: QueryState<Result>) => void,
): () => void {
  let hasEnded = false;
  let isReading = false;
  let isOutdated = false;
  let problemSince: number | undefined;
  let hasResult = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function read(): Promise<void> {
    // A write during a read may be missing from its result.
    isOutdated = true;
    if (isReading) return;
    isReading = true;
    clearTimeout(timer);
    while (isOutdated && !hasEnded) {
      isOutdated = false;
      try {
        const result = await withNotice(query());
        problemSince = undefined;
        hasResult = true;
        if (!hasEnded) onState(result);
      } catch (error) {
        if (hasEnded) break;
        problemSince ??= performance.now();
        const problem = error instanceof DatabaseNotReady ? 'storage-waits' : 'storage-unavailable';
        const isLong = performance.now() - problemSince > timeoutMs[problem];
        if (isLong) onState(problem);
        clearTimeout(timer);
        timer = setTimeout(read, isLong ? slowRetryMs : retryMs);
      }
    }
    isReading = false;
  }

  /** The browser does not answer while an upgrade waits for an older page. */
  function withNotice(result: Promise<Result>): Promise<Result> {
    if (hasResult) return result;
    const waiting = setTimeout(() => hasEnded || onState('storage-waits'), timeoutMs['storage-waits']);
    return result.finally(() => clearTimeout(waiting));
  }

  const stopListening = onChange(() => void read());
  void read();
  return () => {
    hasEnded = true;
    clearTimeout(timer);
    stopListening();
  };
}
