import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { deleteOld } from './retention.ts';

const now = Date.UTC(2026, 6, 1);
const day = 24 * 60 * 60_000;

test('rows that were not updated for 90 days are deleted, and younger ones are kept', async () => {
  const database = openDatabase('retention');
  const old = { id: 'old', accountId: 'one', startedAt: 0, updatedAt: now - 90 * day - 1 };
  const young = { ...old, id: 'young', updatedAt: now - 90 * day };
  const ended = { command: { kind: 'sync', accountId: 'one' }, state: 'done', createdAt: 0 } as const;
  await database.outbox.bulkAdd([old, young].map((row) => ({ ...row, ...ended })));
  await database.registrations.bulkAdd(
    [old, young].map((row) => ({ ...row, state: 'registered' as const, before: [] })),
  );
  await database.verifications.bulkAdd(
    [old, young].map((row) => ({
      ...row,
      type: 'mobile' as const,
      purpose: 'add' as const,
      state: 'done' as const,
      commandIds: [],
      texts: 1,
    })),
  );
  await deleteOld(database, now);
  for (const table of [database.outbox, database.registrations, database.verifications]) {
    expect(await table.toCollection().primaryKeys()).toEqual(['young']);
  }
});
