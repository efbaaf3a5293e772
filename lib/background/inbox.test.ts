import * as v from 'valibot';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Protocol } from '../shared/messages/protocol.ts';
import { IdentityError } from '../shared/model/errors.ts';
import { listen } from './inbox.ts';
import { addLogLine, log } from './log.ts';
import { extensionPageKinds, NotAllowed } from './message-senders.ts';

type Handler = (message: { data?: unknown; sender: object }) => Promise<unknown>;
const handlers = vi.hoisted(() => new Map<string, Handler>());
vi.mock('../shared/messages/protocol.ts', () => ({
  onMessage: (type: string, handler: Handler) => handlers.set(type, handler),
}));
vi.mock('./log.ts', () => ({ addLogLine: vi.fn(), log: vi.fn() }));

const origin = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop';
const runtime = { id: 'abcdefghijklmnopabcdefghijklmnop', getURL: (path: string) => `${origin}${path}` };
const ownPage = { id: runtime.id, origin };
const command = { id: crypto.randomUUID(), command: { kind: 'disconnect', connectionId: 'tenant' } };

const accept = vi.fn<() => Promise<void>>();
const visible = vi.fn<() => Promise<void>>();
const repair = vi.fn<() => Promise<boolean>>();
const dismiss = vi.fn<() => Promise<void>>();
const answerBanner = vi.fn<() => Promise<'not-here'>>();
const running = {
  background: { outbox: { accept }, verifications: { accept: async () => {} }, visible, dismiss },
  repair,
  accountPages: async () => ['https://mysignins.microsoft.com/security-info'],
  answerBanner,
};
const unavailable = () => Promise.reject(new IdentityError('storage-unavailable'));

function send(type: keyof Protocol, data?: unknown, sender: object = ownPage): Promise<unknown> {
  return (handlers.get(type) as Handler)({ data, sender });
}

beforeEach(() => {
  accept.mockResolvedValue();
  visible.mockResolvedValue();
  repair.mockResolvedValue(true);
  answerBanner.mockResolvedValue('not-here');
  listen(
    runtime,
    async () => running,
    async () => 'https://mysignins.microsoft.com/security-info',
  );
});

test('a command is accepted once its row is stored', async () => {
  expect(await send('command', command)).toBe('accepted');
});

test('a command is refused without a database, and on a full disk', async () => {
  accept.mockRejectedValue(Object.assign(new Error(), { inner: new DOMException('No room.', 'QuotaExceededError') }));
  expect(await send('command', command)).toBe('no-room');
  listen(runtime, unavailable, async () => undefined);
  expect(await send('command', command)).toBe('storage-unavailable');
});

test('a visible page learns that there is no database, and the address of the account page', async () => {
  expect(await send('visible')).toEqual({ isAvailable: true });
  listen(runtime, unavailable, async () => 'https://mysignins.microsoft.com/security-info');
  expect(await send('visible')).toEqual({
    isAvailable: false,
    accountPage: 'https://mysignins.microsoft.com/security-info',
  });
});

test('a failure of the work for a visible page leads to a repair', async () => {
  visible.mockRejectedValueOnce(new TypeError('no'));
  await send('visible');
  await vi.waitFor(() => expect(visible).toHaveBeenCalledTimes(2));
  expect(repair).toHaveBeenCalledOnce();
});

test('a command whose row cannot be written for another reason is rejected', async () => {
  for (const error of [new TypeError('no'), new IdentityError('offline'), { kind: 'storage-unavailable' }]) {
    accept.mockRejectedValueOnce(error);
    await expect(send('command', command)).rejects.toBe(error);
  }
});

test('a start that fails for another reason than the database is no lack of storage', async () => {
  const error = new IdentityError('offline');
  listen(
    runtime,
    () => Promise.reject(error),
    async () => undefined,
  );
  await expect(send('visible')).rejects.toBe(error);
});

test('a repair tells whether the database was damaged, and only then syncs', async () => {
  expect(await send('repair')).toBe(true);
  expect(visible).toHaveBeenCalledOnce();
  repair.mockResolvedValue(false);
  expect(await send('repair')).toBe(false);
  expect(visible).toHaveBeenCalledOnce();
});

test('failures after the answer to a page are logged', async () => {
  const [ofWork, ofRepair, ofSync] = [new TypeError('work'), new TypeError('repair'), new TypeError('sync')];
  visible.mockRejectedValueOnce(ofWork);
  repair.mockRejectedValueOnce(ofRepair);
  await send('visible');
  await vi.waitFor(() => expect(vi.mocked(log).mock.calls.map(([, error]) => error)).toEqual([ofWork, ofRepair]));
  visible.mockRejectedValueOnce(ofSync);
  await send('repair');
  await vi.waitFor(() => expect(vi.mocked(log).mock.lastCall?.[1]).toBe(ofSync));
});

test('a result is dismissed by its id', async () => {
  await send('dismiss', { id: 'one' });
  expect(dismiss).toHaveBeenCalledExactlyOnceWith('one');
  for (const data of [{}, { id: 1 }, undefined]) await expect(send('dismiss', data)).rejects.toThrow(v.ValiError);
});

test('a page of the extension adds a line to the log', async () => {
  const line = { time: 1, name: 'TypeError', kind: 'internal-error', text: 'The text.' };
  await send('log', line);
  expect(addLogLine).toHaveBeenCalledExactlyOnceWith(line);
});

describe.each(extensionPageKinds)('a message of the kind %s', (kind) => {
  test.each([
    ['case 12: a content script', { id: runtime.id, origin: 'https://mysignins.microsoft.com' }],
    ['case 13: another extension', { id: 'ponmlkjihgfedcbaponmlkjihgfedcba', origin }],
  ])('of %s is refused before anything else happens', async (_, sender) => {
    const ready = vi.fn(async () => running);
    listen(runtime, ready, async () => undefined);
    await expect(send(kind, undefined, sender)).rejects.toThrow(NotAllowed);
    expect(ready).not.toHaveBeenCalled();
    expect(addLogLine).not.toHaveBeenCalled();
  });
});

test('every kind of message has one listener', () => {
  expect([...handlers.keys()].toSorted()).toEqual([...extensionPageKinds, 'banner'].toSorted());
});

test('a banner message is answered for the account page that sent it', async () => {
  const page = { id: runtime.id, origin: 'https://mysignins.microsoft.com', frameId: 0, tab: { windowId: 7 } };
  const message = { say: 'shown', path: '/security-info' };
  expect(await send('banner', message, page)).toBe('not-here');
  expect(answerBanner).toHaveBeenCalledExactlyOnceWith(message, { origin: page.origin, windowId: 7 });
  await expect(send('banner', message, ownPage)).rejects.toThrow(NotAllowed);
  await expect(send('banner', { say: 'enable' }, page)).rejects.toThrow(v.ValiError);
  expect(answerBanner).toHaveBeenCalledOnce();
});

test('a line with a phone number is not added to the log', async () => {
  const line = { time: 1, name: 'TypeError', kind: 'internal-error', text: 'Sent to +447700900982.' };
  await expect(send('log', line)).rejects.toThrow();
  expect(addLogLine).not.toHaveBeenCalled();
});
