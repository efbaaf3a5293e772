// From the database to the screen: what is read as a signal, so that a page follows what any other context writes.
import { type ReadonlySignal, signal } from '@preact/signals';
import { onChange } from './changes.ts';
import { NotThereYet } from './page-tables.ts';

/** `undefined` until the first answer; `unreadable` when the browser does not let the database be opened or read. */
export type Live<Result> = Result | 'unreadable' | undefined;

/** A database that the background is still making or upgrading. */
const patience = { everyMs: 100, times: 100 };

export function live<Result>(query: () => Promise<Result>): ReadonlySignal<Live<Result>> {
  const result = signal<Live<Result>>(undefined);
  follow(query, (answer) => {
    result.value = answer;
  });
  return result;
}

/** @returns a function that ends it */
export function follow<Result>(query: () => Promise<Result>, hear: (answer: Live<Result>) => void): () => void {
  let hasEnded = false;
  let isReading = false;
  let isOutdated = false;
  let missed = 0;
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
        const answer = await query();
        missed = 0;
        if (!hasEnded) hear(answer);
      } catch (error) {
        missed += 1;
        if (hasEnded) break;
        if (error instanceof NotThereYet && missed < patience.times) timer = setTimeout(read, patience.everyMs);
        else hear('unreadable');
      }
    }
    isReading = false;
  }

  const stopListening = onChange(() => void read());
  void read();
  return () => {
    hasEnded = true;
    clearTimeout(timer);
    stopListening();
  };
}
