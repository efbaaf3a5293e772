// From the database to the screen: a Dexie live query as a signal, so that a page follows what any other context writes.
import { type ReadonlySignal, signal } from '@preact/signals';
import { liveQuery } from 'dexie';

/** `undefined` until the first answer; `unreadable` when the browser does not let the database be opened or read. */
export type Live<Result> = Result | 'unreadable' | undefined;

export function live<Result>(query: () => Promise<Result>): ReadonlySignal<Live<Result>> {
  const result = signal<Live<Result>>(undefined);
  follow(query, (answer) => {
    result.value = answer;
  });
  return result;
}

/** @returns a function that ends it */
export function follow<Result>(query: () => Promise<Result>, hear: (answer: Live<Result>) => void): () => void {
  // Caught here, since a live query keeps silent about a database that could not be opened.
  const subscription = liveQuery(() =>
    query().then(
      (answer): Live<Result> => answer,
      (): Live<Result> => 'unreadable',
    ),
  ).subscribe(hear);
  return () => subscription.unsubscribe();
}
