import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CommandRow } from '../../shared/model/rows.ts';
import { commandTransitions, illegalTransition } from '../../shared/model/state-machines.ts';
import { changeRow } from './change-row.ts';
import { type Database, openDatabase } from './database.ts';

const row: CommandRow = {
  id: 'one',
  command: { kind: 'sync', accountId: 'account' },
  state: 'done',
  error: { kind: 'offline', at: 1 },
  createdAt: 1,
  updatedAt: 1,
};
const { report } = illegalTransition;
let database: Database;

beforeEach(async () => {
  database = openDatabase(`change-${crypto.randomUUID()}`);
  await database.outbox.add(row);
});
afterEach(async () => {
  illegalTransition.report = report;
  await database.delete();
});

const change = (...[fields, id = 'one']: [ReturnType<Parameters<typeof changeRow<CommandRow>>[4]>, string?]) =>
  changeRow(database.outbox, commandTransitions, id, 5, () => fields);

test('changes the given fields and the time, and removes those that are undefined', async () => {
  const { error: _, ...others } = row;
  const changed = { ...others, dismissed: true, updatedAt: 5 };
  expect(await change({ dismissed: true, error: undefined })).toEqual(changed);
  expect(await database.outbox.get('one')).toEqual(changed);
});

test('leaves the row as it is without a change, and reports that a row does not exist', async () => {
  expect(await change(undefined)).toBeUndefined();
  expect(await database.outbox.get('one')).toEqual(row);
  expect(await change({ dismissed: true }, 'other')).toBeUndefined();
});

test('an illegal transition changes nothing if the report throws, as in tests', async () => {
  illegalTransition.report = () => {
    throw new Error('illegal');
  };
  await expect(change({ state: 'requested' })).rejects.toThrow('illegal');
  expect(await database.outbox.get('one')).toEqual(row);
});

test('an illegal transition is reported and carried out if the report returns, as in production', async () => {
  illegalTransition.report = vi.fn();
  expect(await change({ state: 'requested' })).toMatchObject({ state: 'requested' });
  expect(illegalTransition.report).toHaveBeenCalledExactlyOnceWith('done', 'requested');
});
