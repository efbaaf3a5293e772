import { expect, test } from 'vitest';
import type { Command } from './commands.ts';
import { defaultMethodBlock } from './default-method-block.ts';
import type { ErrorKind } from './errors.ts';

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
  expect(defaultMethodBlock({ command, error: { kind, at: now }, defaultChanged })).toBe(expected);
});
