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

function backgroundThat(
  behaves: (message: CommandMessage, ids: { value: ReadonlySet<string> }) => Promise<'accepted' | 'no-room'>,
) {
  const ids = signal<ReadonlySet<string>>(new Set());
  const sent: CommandMessage[] = [];
  const page = createAsk((message) => {
    sent.push(message);
    return behaves(message, ids);
  }, ids);
  return { ...page, ids, sent };
}

test('is pending from the click until its row is there', async () => {
  const { ask, asked, ids, sent } = backgroundThat(async () => 'accepted');
  const id = ask(command);
  expect(sent).toEqual([{ id, command }]);
  expect(asked.value).toMatchObject([{ id, lost: false }]);
  ids.value = new Set([id]);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.value).toEqual([]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(1);
});

test('a lost answer with the row there is no failure', async () => {
  const { ask, asked, sent } = backgroundThat(async ({ id }, ids) => {
    ids.value = new Set([id]);
    throw new Error('Could not establish connection. Receiving end does not exist.');
  });
  ask(command);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(1);
  expect(asked.value).toEqual([]);
});

test('without a row the same id is sent again, until there is one', async () => {
  let attempts = 0;
  const { ask, asked, sent } = backgroundThat(async ({ id }, ids) => {
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

test('after three attempts without a row it is lost, until it is asked for again', async () => {
  const { ask, asked, sent, forget } = backgroundThat(() => Promise.reject(new Error('Receiving end does not exist.')));
  const id = ask(command);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(3);
  expect(asked.value).toMatchObject([{ id, lost: 'unanswered' }]);
  const next = ask(command);
  expect(asked.value).toMatchObject([{ id: next, lost: false }]);
  forget(next);
  expect(asked.value).toEqual([]);
});

test('no room for a row: said at once, and not insisted upon', async () => {
  const { ask, asked, sent } = backgroundThat(async () => 'no-room');
  const id = ask(command);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.value).toMatchObject([{ id, lost: 'no-room' }]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(1);
});

test('accepted, and its row wiped before it was seen: not lost', async () => {
  const { ask, asked, sent } = backgroundThat(async () => 'accepted');
  ask(command);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(1);
  expect(asked.value).toEqual([]);
});

test('every attempt sends the phone number, and the list of unanswered commands does not hold it', async () => {
  const { ask, asked, sent } = backgroundThat(() => new Promise(() => {}));
  ask(command, { phoneNumber: '+447700900982' });
  expect(JSON.stringify(asked.value)).not.toContain('900982');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent.map(({ phoneNumber }) => phoneNumber)).toEqual(['+447700900982', '+447700900982', '+447700900982']);
});
