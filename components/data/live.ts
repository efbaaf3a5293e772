// From the database to the screen: what is read as a signal, so that a page follows what any other context writes.
import { type ReadonlySignal, signal } from '@preact/signals';
import { onChange } from '../../lib/shared/messages/changes.ts';
import type { ErrorKind } from '../../lib/shared/model/errors.ts';
import { NotThereYet } from './page-tables.ts';

/** The browser does not let the database be opened or read; or it is not made or upgraded, since an older page holds it. */
export type Trouble = Extract<ErrorKind, 'storage-unavailable' | 'storage-waits'>;

/** `undefined` until the first answer. */
export type Live<Result> = Result | Trouble | undefined;

/** For what the background is about to do: make or upgrade the database, or take memory in its place. */
const patienceMs: Record<Trouble, number> = { 'storage-waits': 10_000, 'storage-unavailable': 2_000 };
const againMs = 100;
const seldomMs = 1_000;

/** Whether there is an answer. */
export function isThere<Result>(rows: Live<Result>): rows is Exclude<Live<Result>, Trouble | undefined> {
  return rows !== undefined && rows !== 'storage-unavailable' && rows !== 'storage-waits';
}

export function live<Result>(query: () => Promise<Result>): ReadonlySignal<Live<Result>> {
  const result = signal<Live<Result>>(undefined);
  follow(query, (answer) => {
    result.value = answer;
  });
  return result;
}

/**
 * Reads on while there is trouble: it may end.
 * @returns a function that ends it
 */
export function follow<Result>(query: () => Promise<Result>, hear: (answer: Live<Result>) => void): () => void {
  let hasEnded = false;
  let isReading = false;
  let isOutdated = false;
  let troubledSince: number | undefined;
  let isKnown = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function read(): Promise<void> {
    // What changes while it is read may be in it or not.
    isOutdated = true;
    if (isReading) return;
    isReading = true;
    clearTimeout(timer);
    while (isOutdated && !hasEnded) {
      isOutdated = false;
      try {
        const answer = await soon(query());
        troubledSince = undefined;
        isKnown = true;
        if (!hasEnded) hear(answer);
      } catch (error) {
        if (hasEnded) break;
        troubledSince ??= performance.now();
        const trouble: Trouble = error instanceof NotThereYet ? 'storage-waits' : 'storage-unavailable';
        const isLong = performance.now() - troubledSince > patienceMs[trouble];
        if (isLong) hear(trouble);
        clearTimeout(timer);
        timer = setTimeout(read, isLong ? seldomMs : againMs);
      }
    }
    isReading = false;
  }

  /** Behind an upgrade that waits for an older page, the browser does not answer at all. */
  function soon(answer: Promise<Result>): Promise<Result> {
    if (isKnown) return answer;
    const waiting = setTimeout(() => hasEnded || hear('storage-waits'), patienceMs['storage-waits']);
    return answer.finally(() => clearTimeout(waiting));
  }

  const stopListening = onChange(() => void read());
  void read();
  return () => {
    hasEnded = true;
    clearTimeout(timer);
    stopListening();
  };
}
