import { beforeEach, expect, test, vi } from 'vitest';
import type { Protocol } from '../shared/messages/protocol.ts';
import { IdentityError } from '../shared/model/errors.ts';
import { listen } from './inbox.ts';
import { addLogLine } from './log.ts';

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
const running = {
  background: { outbox: { accept }, verifications: { accept: async () => {} }, visible, dismiss: async () => {} },
  repair,
  accountPages: async () => [],
  answerBanner: async () => ({ isOffer: false }) as never,
};
const unavailable = () => Promise.reject(new IdentityError('storage-unavailable'));

function send(type: keyof Protocol, data?: unknown, sender: object = ownPage): Promise<unknown> {
  return (handlers.get(type) as Handler)({ data, sender });
}

beforeEach(() => {
  accept.mockResolvedValue();
  visible.mockResolvedValue();
  repair.mockResolvedValue(true);
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

test('a page of the extension adds a line to the log', async () => {
  const line = { time: 1, name: 'TypeError', kind: 'internal-error', text: 'The text.' };
  await send('log', line);
  expect(addLogLine).toHaveBeenCalledExactlyOnceWith(line);
});

test.each([
  ['a content script', { id: runtime.id, origin: 'https://mysignins.microsoft.com' }],
  ['another extension', { id: 'ponmlkjihgfedcbaponmlkjihgfedcba', origin }],
])('%s adds no line to the log', async (_, sender) => {
  const line = { time: 1, name: 'TypeError', kind: 'internal-error', text: 'The text.' };
  await expect(send('log', line, sender)).rejects.toThrow('only for pages of this extension');
  expect(addLogLine).not.toHaveBeenCalled();
});

test('a line with a phone number is not added to the log', async () => {
  const line = { time: 1, name: 'TypeError', kind: 'internal-error', text: 'Sent to +447700900982.' };
  await expect(send('log', line)).rejects.toThrow();
  expect(addLogLine).not.toHaveBeenCalled();
});
