// What is written against the database comes to the same in both: a real one (in Node a complete double of it) and this one.
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CommandRow } from '../../shared/model/rows.ts';
import { type Database, openDatabase } from './database.ts';
import { type MemoryTables, memoryIndexedDB } from './memory-indexed-db.ts';

function keeper(tables?: MemoryTables) {
  const kept = {
    tables,
    isFull: false,
    async read() {
      return structuredClone(kept.tables);
    },
    async write(next: MemoryTables) {
      if (kept.isFull) throw new DOMException('There is no room.', 'QuotaExceededError');
      kept.tables = structuredClone(next);
    },
  };
  return kept;
}

const inMemory = (kept = keeper()) => openDatabase(`memory-${crypto.randomUUID()}`, memoryIndexedDB(kept));

const states = ['accepted', 'requested', 'settling', 'done'] as const;
const ids = ['a', 'b', 'c', 'd', 'e'] as const;
type Entry = Pick<CommandRow, 'id' | 'accountId' | 'state' | 'updatedAt'>;
const entry = fc.record({
  id: fc.constantFrom(...ids),
  accountId: fc.constantFrom('one', 'other'),
  state: fc.constantFrom(...states),
  updatedAt: fc.nat(5),
});
const rowOf = (given: Entry): CommandRow => ({
  ...given,
  command: { kind: 'sync', accountId: 'one' },
  createdAt: given.updatedAt,
});

/** What the background does with its tables, each as one step that answers something. */
type Step = (database: Database) => Promise<unknown>;
const steps: fc.Arbitrary<Step>[] = [
  entry.map(
    (one) =>
      ({ outbox }) =>
        outbox.put(rowOf(one)),
  ),
  entry.map(
    (one) =>
      ({ outbox }) =>
        outbox.add(rowOf(one)).catch(({ name }) => name),
  ),
  fc.array(entry).map(
    (all) =>
      ({ outbox }) =>
        outbox.bulkPut(all.map(rowOf)),
  ),
  entry.map(
    (one) =>
      ({ outbox }) =>
        outbox.get(one.id),
  ),
  entry.map(
    (one) =>
      ({ outbox }) =>
        outbox.update(one.id, { updatedAt: 9 }),
  ),
  entry.map(
    (one) =>
      ({ outbox }) =>
        outbox.delete(one.id),
  ),
  entry.map(
    (one) =>
      ({ outbox }) =>
        outbox.bulkDelete([one.id, 'a']),
  ),
  entry.map(
    ({ accountId = '' }) =>
      ({ outbox }) =>
        outbox.where({ accountId }).toArray(),
  ),
  entry.map(
    ({ accountId = '', state }) =>
      ({ outbox }) =>
        outbox
          .where({ accountId })
          .filter((row) => row.state === state)
          .primaryKeys(),
  ),
  fc.subarray([...states]).map(
    (some) =>
      ({ outbox }) =>
        outbox.where('state').anyOf(some).toArray(),
  ),
  fc.nat(5).map(
    (time) =>
      ({ outbox }) =>
        outbox.where('updatedAt').above(time).modify({ state: 'failed' }),
  ),
  fc.nat(5).map(
    (time) =>
      ({ outbox }) =>
        outbox.where('updatedAt').below(time).delete(),
  ),
  fc.nat(5).map(
    (time) =>
      ({ outbox }) =>
        outbox.filter(({ updatedAt }) => updatedAt === time).first(),
  ),
  fc.constant(({ outbox }) => outbox.toCollection().reverse().sortBy('updatedAt')),
  fc.constant(({ outbox }) => outbox.orderBy('updatedAt').last()),
  fc.constant(({ outbox }) => outbox.count()),
  entry.map(
    ({ accountId = '', id }) =>
      ({ methods }) =>
        methods.put({ accountId, id, type: 'mobile', masked: '+44 •••• 982', smsSignIn: 'ready' }),
  ),
  entry.map(
    ({ accountId = '', id }) =>
      ({ methods }) =>
        methods.get([accountId, id]),
  ),
  fc.tuple(entry, fc.boolean()).map(
    ([one, fails]) =>
      (database) =>
        database
          .transaction('rw', database.outbox, database.methods, async () => {
            await database.methods.clear();
            const former = await database.outbox.get(one.id);
            await database.outbox.put(rowOf({ ...one, updatedAt: (former?.updatedAt ?? 0) + 1 }));
            if (fails) throw new Error('Not after all.');
            return 'done';
          })
          .catch(({ message }) => message),
  ),
];

test('the same steps come to the same answers and rows as in a database of the browser', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(...steps), { maxLength: 15 }), async (all) => {
      const kept = keeper();
      const memory = inMemory(kept);
      const real = openDatabase(`real-${crypto.randomUUID()}`);
      try {
        for (const step of all) expect(await step(memory)).toEqual(await step(real));
        // As the next start of the background finds it.
        const reopened = inMemory(kept);
        for (const table of ['outbox', 'methods'] as const) {
          expect(await reopened.table(table).toArray()).toEqual(await real.table(table).toArray());
        }
      } finally {
        await real.delete();
      }
    }),
    { numRuns: 30 },
  );
});

test('two transactions at once: one after the other', async () => {
  const database = inMemory();
  await database.settings.put({ id: 'settings', accountPages: [] });
  const append = (page: string) =>
    database.transaction('rw', database.settings, async () => {
      const { accountPages = [] } = (await database.settings.get('settings')) ?? {};
      await database.settings.put({ id: 'settings', accountPages: [...accountPages, page] });
    });
  await Promise.all(['one', 'two', 'three'].map(append));
  expect((await database.settings.get('settings'))?.accountPages).toEqual(['one', 'two', 'three']);
});

test('what memory does not take is not there, and is said', async () => {
  const kept = keeper();
  const database = inMemory(kept);
  await database.settings.put({ id: 'settings', banner: true });
  kept.isFull = true;
  await expect(database.settings.put({ id: 'settings', banner: false })).rejects.toThrow();
  expect(await database.settings.get('settings')).toEqual({ id: 'settings', banner: true });
  kept.isFull = false;
  await database.settings.put({ id: 'settings', banner: false });
  expect(kept.tables?.settings).toEqual([{ id: 'settings', banner: false }]);
});
