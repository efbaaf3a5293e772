import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { openDatabase } from '../../lib/background/db/database.ts';
import { tablesOf } from '../../lib/background/db/read-tables.ts';
import { accountTables } from '../../lib/shared/tables/tables.ts';
import { readAccountRows } from './account-rows.ts';

test('every table with an account index is among the tables that are shown and deleted with an account', () => {
  const tables = openDatabase('tables').tables.filter(({ schema }) => 'accountId' in schema.idxByName);
  expect(tables.map(({ name }) => name).toSorted()).toEqual([...accountTables].toSorted());
});

test('only rows of the given account are read', async () => {
  const database = openDatabase('rows');
  const answer = { methodId: 'mobile', masked: '+44 •••• 982' };
  await database.answers.bulkAdd([
    { ...answer, accountId: 'one' },
    { ...answer, accountId: 'other' },
  ]);
  expect(await readAccountRows(tablesOf(database), 'one')).toEqual({
    methods: [],
    outbox: [],
    registrations: [],
    verifications: [],
    answers: [{ ...answer, accountId: 'one' }],
    confirmations: [],
  });
});
