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
  ['removing the default method', remove, 'is-default-method', false, 'unchanged'],
  [
    'a removal after the default changed, if the number is the default again',
    removeDefault,
    'is-default-method',
    true,
    'unchanged',
  ],
  ['a removal that is not permitted', remove, 'not-permitted', false, undefined],
  ['a refused change of the default before a removal', removeDefault, 'not-permitted', false, 'refused'],
  ['a refused removal after the default changed', removeDefault, 'not-permitted', true, undefined],
  ['a refused change of the default', makeDefault, 'not-permitted', false, 'refused'],
  ['a change of the default while offline', makeDefault, 'offline', false, undefined],
  ['a refused enable', enable, 'not-permitted', false, undefined],
])('%s is blocked by the default method', (_, command, kind, defaultChanged, expected) => {
  expect(defaultMethodBlock({ command, error: { kind, at: now }, defaultChanged })).toBe(expected);
});
