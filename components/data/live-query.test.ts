import 'fake-indexeddb/auto';
import { effect } from '@preact/signals';
import { afterEach, expect, test, vi } from 'vitest';
import { announceChanges, type Database, openDatabase } from '../../lib/background/db/database.ts';
import { tablesOf } from '../../lib/background/db/read-tables.ts';
import { readRows } from '../../lib/shared/tables/page-rows.ts';
import { waitFor } from '../../scripts/driver/wait-for.ts';
import { isLoaded, liveQuery } from './live-query.ts';

let database: Database | undefined;

afterEach(async () => {
  await database?.delete();
});

test('a live query follows every write, the newest command first', async () => {
  const open = openDatabase('live');
  database = open;
  announceChanges();
  const rows = liveQuery(() => readRows(tablesOf(open)));
  const seen: unknown[] = [];
  effect(() => {
    if (isLoaded(rows.value)) seen.push(rows.value.outbox.map(({ id }) => id));
  });
  await waitFor(() => expect(seen.at(-1)).toEqual([]));

  const command = { kind: 'sync', accountId: 'account' } as const;
  await open.outbox.add({ id: 'one', command, state: 'done', createdAt: 1, updatedAt: 1 });
  await open.outbox.add({ id: 'two', command, state: 'accepted', createdAt: 2, updatedAt: 2 });
  await waitFor(() => expect(seen.at(-1)).toEqual(['two', 'one']));
  await open.outbox.update('one', { updatedAt: 3 });
  await waitFor(() => expect(seen.at(-1)).toEqual(['one', 'two']));
});

test('a query without an answer becomes storage-waits after ten seconds, and its later answer is used', async () => {
  vi.useFakeTimers();
  const { promise, resolve } = Promise.withResolvers<string>();
  const rows = liveQuery(() => promise);
  await vi.advanceTimersByTimeAsync(9_000);
  expect(rows.value).toBeUndefined();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(rows.value).toBe('storage-waits');
  resolve('there');
  await vi.advanceTimersByTimeAsync(0);
  expect(rows.value).toBe('there');
  vi.useRealTimers();
});

test('a query becomes storage-unavailable when the browser refuses to open the database', async () => {
  const open = openDatabase('refused');
  database = open;
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException(
      'A mutation operation was attempted on a database that did not allow mutations.',
      'InvalidStateError',
    );
  });
  const rows = liveQuery(() => readRows(tablesOf(open)));
  await waitFor(() => expect(rows.value).toBe('storage-unavailable'));
  vi.restoreAllMocks();
});
