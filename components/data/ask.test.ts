import { signal } from '@preact/signals';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Command, CommandMessage } from '../../lib/shared/model/commands.ts';
import { createAsk } from './ask.ts';

const command: Command = { kind: 'disconnect', connectionId: 'tenant' };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function pageWith(
  serviceWorker: (message: CommandMessage, ids: { value: ReadonlySet<string> }) => Promise<'accepted' | 'no-room'>,
) {
  const ids = signal<ReadonlySet<string>>(new Set());
  const sent: CommandMessage[] = [];
  const page = createAsk((_type, message) => {
    sent.push(message);
    return serviceWorker(message, ids);
  }, ids);
  return { ...page, ids, sent };
}

test('a command is pending from the click until its row exists', async () => {
  const { ask, asked, ids, sent } = pageWith(async () => 'accepted');
  const id = ask(command);
  expect(sent).toEqual([{ id, command }]);
  expect(asked.value).toMatchObject([{ id, lost: false }]);
  ids.value = new Set([id]);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.value).toEqual([]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(1);
});

test('a command with a row is not lost, even if its answer is', async () => {
  const { ask, asked, sent } = pageWith(async ({ id }, ids) => {
    ids.value = new Set([id]);
    throw new Error('Could not establish connection. Receiving end does not exist.');
  });
  ask(command);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(1);
  expect(asked.value).toEqual([]);
});

test('a command without a row is sent again with the same id until the row exists', async () => {
  let attempts = 0;
  const { ask, asked, sent } = pageWith(async ({ id }, ids) => {
    attempts += 1;
    if (attempts < 3) throw new Error('Receiving end does not exist.');
    ids.value = new Set([id]);
    return 'accepted';
  });
  const id = ask(command);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent.map((message) => message.id)).toEqual([id, id, id]);
  expect(asked.value).toEqual([]);
});

test('a command without a row is lost after three attempts, until another command is sent', async () => {
  const { ask, asked, sent, forget } = pageWith(() => Promise.reject(new Error('Receiving end does not exist.')));
  const id = ask(command);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(3);
  expect(asked.value).toMatchObject([{ id, lost: 'unanswered' }]);
  const next = ask(command);
  expect(asked.value).toMatchObject([{ id: next, lost: false }]);
  forget(next);
  expect(asked.value).toEqual([]);
});

test('a command that the full storage refuses is lost at once and not sent again', async () => {
  const { ask, asked, sent } = pageWith(async () => 'no-room');
  const id = ask(command);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.value).toMatchObject([{ id, lost: 'no-room' }]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(1);
});

test('an accepted command is not lost if its row is deleted before the page reads it', async () => {
  const { ask, asked, sent } = pageWith(async () => 'accepted');
  ask(command);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(1);
  expect(asked.value).toEqual([]);
});

test('every attempt sends the phone number, and the list of unanswered commands does not hold it', async () => {
  const { ask, asked, sent } = pageWith(() => new Promise(() => {}));
  ask(command, { phoneNumber: '+447700900982' });
  expect(JSON.stringify(asked.value)).not.toContain('900982');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent.map(({ phoneNumber }) => phoneNumber)).toEqual(['+447700900982', '+447700900982', '+447700900982']);
});
