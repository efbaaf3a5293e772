import { expect, test } from 'vitest';
import type { ErrorKind } from '../identity/errors.ts';
import type { Command } from '../messaging/commands.ts';
import type { JournalEntry } from '../store/database.ts';
import { defaultInTheWay, isAwaitedFromElsewhere } from './default-in-the-way.ts';

const now = Date.UTC(2026, 0, 5, 12);
const accountId = 'account';
const remove: Command = { kind: 'remove', accountId, methodId: 'mobile' };
const removeDefault: Command = { ...remove, defaultFirst: 'push' };
const makeDefault: Command = { kind: 'make-default', accountId, method: 'sms' };
const enable: Command = { kind: 'enable', accountId, methodId: 'mobile' };

test.each<[string, Command, ErrorKind, boolean, 'refused' | 'unchanged' | undefined]>([
  ['removing the default', remove, 'is-default-method', false, 'unchanged'],
  ['removing it after all, and it is the default again', removeDefault, 'is-default-method', true, 'unchanged'],
  ['removing what nobody may remove', remove, 'not-permitted', false, undefined],
  ['changing the default first', removeDefault, 'not-permitted', false, 'refused'],
  ['the removal after that', removeDefault, 'not-permitted', true, undefined],
  ['changing the default', makeDefault, 'not-permitted', false, 'refused'],
  ['changing the default', makeDefault, 'offline', false, undefined],
  ['enabling', enable, 'not-permitted', false, undefined],
])('%s', (_, command, kind, defaultChanged, expected) => {
  expect(defaultInTheWay({ command, error: { kind, at: now }, defaultChanged })).toBe(expected);
});

test('whoever was led elsewhere is expected back for ten minutes, unless the refusal was waved aside', () => {
  const entry: JournalEntry = {
    id: 'one',
    command: remove,
    state: 'failed',
    error: { kind: 'is-default-method', at: now },
    createdAt: now,
    updatedAt: now,
  };
  expect(isAwaitedFromElsewhere(entry, now + 599_999)).toBe(true);
  expect(isAwaitedFromElsewhere(entry, now + 600_000)).toBe(false);
  expect(isAwaitedFromElsewhere({ ...entry, dismissed: true }, now)).toBe(false);
  expect(isAwaitedFromElsewhere({ ...entry, error: { kind: 'offline', at: now } }, now)).toBe(false);
  expect(isAwaitedFromElsewhere({ ...entry, state: 'settling' }, now)).toBe(false);
});
