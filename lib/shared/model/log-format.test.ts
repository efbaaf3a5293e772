import { describe, expect, test } from 'vitest';
import { IdentityError } from './errors.ts';
import { logLineOf, parseLog } from './log-format.ts';
import { logLineText } from './log-line.ts';

const at = Date.UTC(2026, 7, 3, 9);
const text = 'The text.';

function thrown(error: Error, stack: string): Error {
  return Object.assign(error, { stack });
}

describe('the frame of a line', () => {
  test.each([
    [
      'Chromium',
      `TypeError: no
    at JSON.parse (<anonymous>)
    at async Object.readRows (chrome-extension://abcdefghijklmnop/chunks/popup-Bx3.js:1:4711)
    at later (chrome-extension://abcdefghijklmnop/background.js:1:1)`,
      'Object.readRows (chunks/popup-Bx3.js:1:4711)',
    ],
    [
      'Chromium, without a name',
      'TypeError: no\n    at chrome-extension://abc/background.js:2:3',
      '(background.js:2:3)',
    ],
    [
      'Firefox',
      'parse@resource://gre/modules/a.js:1:1\nreadRows@moz-extension://0c3e5a79/background.js:12:34\n@moz-extension://0c3e5a79/background.js:1:1',
      'readRows (background.js:12:34)',
    ],
    ['Firefox, without a name', '@moz-extension://0c3e5a79/popup.js:1:1', '(popup.js:1:1)'],
    ['a page of the web', 'TypeError: no\n    at run (https://www.contoso.example/page.js:1:1)', undefined],
  ])('%s', (_, stack, frame) => {
    expect(logLineOf(text, thrown(new TypeError('no'), stack), at).frame).toBe(frame);
  });

  test('a message that looks like a frame is not read', () => {
    const message = 'no\n    at +447700900982 (chrome-extension://abc/447700900982.js:1:2)';
    const stack = `SyntaxError: ${message}\n    at read (chrome-extension://abc/background.js:1:3)`;
    expect(logLineOf(text, thrown(new SyntaxError(message), stack), at).frame).toBe('read (background.js:1:3)');
  });
});

test('a line has the kind of an error of the extension, and internal-error for any other', () => {
  expect(logLineOf(text, new IdentityError('offline'), at)).toMatchObject({ name: 'IdentityError', kind: 'offline' });
  expect(logLineOf(text, new RangeError('no'), at)).toMatchObject({ name: 'RangeError', kind: 'internal-error' });
  expect(logLineOf(text, 'thrown text', at)).toEqual({ time: at, name: 'Error', kind: 'internal-error', text });
});

test('a name that is not a class name is left out', () => {
  expect(logLineOf(text, Object.assign(new Error(), { name: '+447700900982' }), at).name).toBe('Error');
});

test('a line is written as text', () => {
  expect(logLineText({ time: at, name: 'TypeError', kind: 'internal-error', frame: 'read (a.js:1:2)', text })).toBe(
    '2026-08-03T09:00:00.000Z internal-error TypeError read (a.js:1:2) The text.',
  );
});

test.each([
  { name: 'Error 447700900982' },
  { kind: '447700900982' },
  { frame: 'at 447700900982 (a.js:1:2)' },
  { text: 'Sent to +447700900982.' },
  { text: 'See https://login.example/authorize' },
])('a stored log with a line that no code writes is not shown: %o', (part) => {
  const line = { time: at, name: 'Error', kind: 'offline', text };
  expect(parseLog([line])).toEqual([line]);
  expect(parseLog([line, { ...line, ...part }])).toEqual([]);
});
