import { type ReadonlySignal, useSignal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext, useEffect } from 'preact/hooks';
import type { Command, TypedInput } from '../lib/shared/model/commands.ts';
import type { LogLine } from '../lib/shared/model/log-line.ts';
import { type EffectivePolicy, effectivePolicy } from '../lib/shared/policy/effective-policy.ts';
import type { ReceivedPolicy } from '../lib/shared/policy/received.ts';
import type { ReadTables } from '../lib/shared/tables/tables.ts';
import type { Asked } from './data/ask.ts';
import { isLoaded, type QueryState, subscribe } from './data/live-query.ts';
import { readTables } from './data/read-tables.ts';

export interface Page {
  surface: 'popup' | 'options';
  /** As received, to be read with {@link usePolicy}; undefined without managed policy. */
  policy: ReadonlySignal<ReceivedPolicy | undefined>;
  /** Milliseconds since 1970, updated every few seconds. */
  now: ReadonlySignal<number>;
  /** The diagnostic log, for *Copy details* and the options page. */
  log: ReadonlySignal<readonly LogLine[]>;
  ask(command: Command, input?: TypedInput): string;
  /** Why the service worker did not accept the last command; false if it did. */
  lost: ReadonlySignal<Asked['lost']>;
  dismiss(id: string): void;
}

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('A component was rendered outside of a page.');
  return page;
}

export function usePolicy(): EffectivePolicy {
  return effectivePolicy(usePage().policy.value);
}

/** Rows that only one component needs, read again when they change; undefined until the first read. */
export function useRows<Result>(query: (read: ReadTables) => Promise<Result>, inputs: unknown[]): Result | undefined {
  const rows = useSignal<QueryState<Result>>(undefined);
  useEffect(() => {
    rows.value = undefined;
    return subscribe(
      () => query(readTables),
      (state) => (rows.value = state),
    );
  }, inputs);
  return isLoaded(rows.value) ? rows.value : undefined;
}
