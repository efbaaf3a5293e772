import { describe, expect, test } from 'vitest';
import { statesAt } from '../../../scripts/look/states.ts';
import type { TableName } from '../model/rows.ts';
import { knownRows } from './known-values.ts';

const stored = (rows: object) => Object.entries(rows) as [TableName, object | object[] | undefined][];

test('every row of every shown state has known values only', () => {
  for (const { name, rows } of statesAt(Date.UTC(2026, 7, 3, 9))) {
    for (const [table, found] of stored(rows)) {
      const all = [found ?? []].flat();
      expect(knownRows(table, all), `${table} of "${name}"`).toEqual(all);
    }
  }
});

describe('a row with a value of a newer version is left out', () => {
  const row = {
    ...{
      id: 'one',
      accountId: 'account',
      connectionId: 'tenant',
      type: 'mobile',
      purpose: 'add',
      masked: '+44 •••• 982',
    },
    ...{ cloud: 'global', session: 'signed-in', smsSignIn: 'ready', command: { kind: 'sync' } },
  };
  test.each<[TableName, object, object]>([
    ['connections', {}, { cloud: 'later' }],
    ['accounts', {}, { session: 'later' }],
    ['methods', {}, { smsSignIn: 'later' }],
    ['methods', {}, { type: 'later' }],
    ['outbox', { state: 'done' }, { state: 'later' }],
    ['outbox', { state: 'done' }, { state: 'done', command: { kind: 'later' } }],
    ['registrations', { state: 'waiting' }, { state: 'later' }],
    ['verifications', { state: 'sending' }, { state: 'later' }],
    ['verifications', { state: 'sending' }, { state: 'sending', purpose: 'later' }],
    ['notices', { id: 'damaged' }, { id: 'later' }],
  ])('%s', (table, known, unknown) => {
    const { command, ...others } = row;
    const base = table === 'outbox' ? row : others;
    expect(
      knownRows(table, [
        { ...base, ...known },
        { ...base, ...unknown },
      ]),
    ).toEqual([{ ...base, ...known }]);
  });
});

test('a row with a value of the wrong type is kept, so that its damage is found', () => {
  const damaged = [
    { accountId: 'account', id: 'mobile', masked: 7 },
    { id: 'one', state: 7 },
  ];
  expect(knownRows('methods', damaged)).toEqual(damaged);
  expect(knownRows('outbox', damaged)).toEqual(damaged);
});

test('an error of a newer version is left out of its row', () => {
  const row = { id: 'one', session: 'signed-in', failures: 1 };
  expect(knownRows('accounts', [{ ...row, syncError: { kind: 'later', at: 1 } }])).toEqual([row]);
});
