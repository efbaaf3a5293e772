import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { WebhookConfiguration } from '../configuration.ts';
import type { LogEntry } from '../log.ts';
import { createWebhookSender } from './webhook.ts';

const secret = 'a secret of thirty-two characters';
const text = { to: '+447700900101', body: 'Hello', id: 'v-1' };
const logs: LogEntry[] = [];
const sender = (configuration: Omit<WebhookConfiguration, 'secret'>, fetch = globalThis.fetch) =>
  createWebhookSender({ secret, ...configuration }, { fetch, log: (entry) => logs.push(entry) });
const failed = (why: { status: number } | { cause: string }) => ({
  ...{ level: 'warn', event: 'webhook-failed', id: 'v-1' },
  ...why,
});
const closing: (() => void)[] = [];
afterEach(() => {
  logs.length = 0;
  for (const close of closing.splice(0)) close();
});

interface Received {
  headers: IncomingMessage['headers'];
  body: string;
}

/** Answers each request by `respond`. */
async function adapter(respond: (response: ServerResponse, request: IncomingMessage) => void) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ headers: request.headers, body });
    respond(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/texts`, received };
}

const answering = (status: number, body = '') =>
  adapter((response) => response.writeHead(status, { location: '/elsewhere' }).end(body));

test('a text is sent with a signature, the time of the signature and an idempotency key', async () => {
  const { url, received } = await answering(202);
  expect(await sender({ url })(text)).toEqual({ kind: 'accepted' });
  const [request] = received;
  expect(logs).toEqual([]);
  expect(JSON.parse(request?.body ?? '')).toEqual(text);
  expect(request?.headers['idempotency-key']).toBe('v-1');
  const [, seconds, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request?.headers['gateway-signature'])) ?? [];
  expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(60);
  expect(hex).toBe(createHmac('sha256', secret).update(`${seconds}.${request?.body}`).digest('hex'));
});

test('case 66: an event is sent with a signature and an idempotency key', async () => {
  const { url, received } = await answering(204);
  const event = {
    event: 'number-added',
    user: '0a000000-0000-4000-8000-000000000001',
    type: 'mobile',
    at: '2026-09-01T10:42:00.000Z',
    id: 'e-1',
  } as const;
  expect(await sender({ url })(event)).toEqual({ kind: 'accepted' });
  const [request] = received;
  expect(JSON.parse(request?.body ?? '')).toEqual(event);
  expect(request?.headers['idempotency-key']).toBe('e-1');
  const [, seconds, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request?.headers['gateway-signature'])) ?? [];
  expect(hex).toBe(createHmac('sha256', secret).update(`${seconds}.${request?.body}`).digest('hex'));
});

for (const [what, status, body, expected] of [
  ['refuses', 400, '', { kind: 'refused', cannotReceive: false }],
  ['is busy', 429, '', { kind: 'refused', cannotReceive: false }],
  [
    'says that the number cannot receive texts',
    422,
    '{"reason":"cannot-receive-texts"}',
    { kind: 'refused', cannotReceive: true },
  ],
  ['fails, perhaps after the text was sent', 500, '', { kind: 'unknown' }],
  ['redirects', 307, '', { kind: 'unknown' }],
] as const)
  test(`an adapter that ${what} (${status}) gets the text once, and the outcome is ${expected.kind}`, async () => {
    const { url, received } = await answering(status, body);
    expect(await sender({ url })(text)).toEqual(expected);
    expect(received).toHaveLength(1);
    expect(logs).toEqual([failed(status === 307 ? { cause: 'RedirectError' } : { status })]);
  });

test('a connection that breaks after the request gives an unknown outcome and no retry', async () => {
  const { url, received } = await adapter((_, request) => request.socket.destroy());
  expect(await sender({ url })(text)).toEqual({ kind: 'unknown' });
  expect(received).toHaveLength(1);
  expect(logs).toEqual([failed({ cause: 'UND_ERR_SOCKET' })]);
});

test('a timeout gives an unknown outcome and no retry', async () => {
  const { url, received } = await adapter(() => {});
  expect(await sender({ url, timeoutMs: 100 })(text)).toEqual({ kind: 'unknown' });
  expect(received).toHaveLength(1);
  expect(logs).toEqual([failed({ cause: 'TimeoutError' })]);
});

test('a failed connection is retried twice, and then the outcome is refused', async () => {
  const { url } = await answering(202);
  const refused = new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) });
  let failures = 2;
  let calls = 0;
  const flaky: typeof fetch = (input, init) => {
    calls++;
    return failures-- > 0 ? Promise.reject(refused) : fetch(input, init);
  };
  expect(await sender({ url }, flaky)(text)).toEqual({ kind: 'accepted' });
  expect(calls).toBe(3);
  expect(logs).toEqual([failed({ cause: 'ECONNREFUSED' }), failed({ cause: 'ECONNREFUSED' })]);

  for (const close of closing.splice(0)) close();
  // The port is closed now, so that a real connection is refused.
  expect(await sender({ url })(text)).toEqual({ kind: 'refused' });
});
