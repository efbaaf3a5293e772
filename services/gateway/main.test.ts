import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { alice, newId } from './testing/gateway-under-test.ts';
import { type ServerProcess, serverEnvironment, startServer } from './testing/server-process.ts';
import { serverWithTenant } from './testing/server-with-tenant.ts';

let running: ServerProcess | undefined;
afterEach(async () => {
  running?.child.kill('SIGKILL');
  await running?.ended;
});

test('with a wrong environment the server exits with 78 and names every wrong variable', async () => {
  running = startServer({ ...serverEnvironment, CLIENT_SECRET: '', TENANT_ID: 'contoso', WEBHOOK_URL: '' });
  expect((await running.ended).code).toBe(78);
  expect(running.errors).toEqual([
    expect.stringContaining('cannot start'),
    '  TENANT_ID: must be a GUID',
    '  WEBHOOK_URL: missing',
    '  CERTIFICATE, PRIVATE_KEY: missing (or set CLIENT_SECRET)',
  ]);
  expect(running.output).toEqual([]);
});

test('the server answers /health and /ready, refuses a request without a token and exits with 0 on SIGTERM', async () => {
  running = startServer(serverEnvironment);
  const address = await running.listening;
  expect((await fetch(`${address}/health`)).status).toBe(200);
  expect((await fetch(`${address}/ready`)).status).toBe(200);
  expect((await fetch(`${address}/v1/verifications/1d000000-0000-4000-8000-000000000001`)).status).toBe(401);
  running.child.kill('SIGTERM');
  expect(await running.ended).toEqual({ code: 0, signal: null });
  const events = running.output.map((line) => JSON.parse(line).event);
  expect(events).toEqual(['policy-unchecked', 'listening', 'request-refused', 'request', 'stopping', 'stopped']);
  expect(running.errors).toEqual([]);
});

test('case 66: the server announces a first number to the webhook by a signed event without the number', async () => {
  const closing: (() => unknown)[] = [];
  try {
    const { request, code, delivered, environment } = await serverWithTenant({}, (close) => closing.push(close));
    const id = newId();
    const body = { number: '+44 7700 900101', type: 'mobile', channel: 'sms', purpose: 'add' };
    expect(await request(alice, 'PUT', id, body)).toMatchObject({ state: 'sent' });
    expect(await request(alice, 'POST', `${id}/confirm`, { code: code() })).toMatchObject({ state: 'done' });
    const event = delivered.at(-1);
    expect(event?.body).toMatchObject({ event: 'number-added', user: alice, type: 'mobile' });
    expect(event?.text).not.toMatch(/7700 ?900101/);
    const [, seconds, hex] = /^t=(\d+),v1=(\w+)$/.exec(event?.headers.get('gateway-signature') ?? '') ?? [];
    const hmac = createHmac('sha256', environment.WEBHOOK_SECRET ?? '').update(`${seconds}.${event?.text}`);
    expect(hex).toBe(hmac.digest('hex'));
  } finally {
    for (const close of closing.reverse()) await close();
  }
});

/** Grace periods that only a second signal ends within the time of a test. */
const longGrace = { ...serverEnvironment, SHUTDOWN_GRACE_SECONDS: '60' };
const failOnSignal = new URL('./testing/fail-on-signal.ts', import.meta.url);
const logged = (server: ServerProcess) => server.output.map((line) => JSON.parse(line));

test('case 78: after SIGTERM /ready fails while other requests are answered, until the grace period ends', async () => {
  running = startServer(longGrace);
  const address = await running.listening;
  const status = async (path: string) => (await fetch(`${address}${path}`)).status;
  expect(await status('/ready')).toBe(200);
  running.child.kill('SIGTERM');
  await expect.poll(() => status('/ready')).toBe(503);
  expect(await status('/health')).toBe(200);
  expect(await status('/v1/verifications/1d000000-0000-4000-8000-000000000001')).toBe(401);
  running.child.kill('SIGTERM');
  expect(await running.ended).toEqual({ code: 0, signal: null });
});

for (const [signal, event] of [
  ['SIGUSR2', 'uncaught-exception'],
  ['SIGHUP', 'unhandled-rejection'],
] as const) {
  test(`case 79: an ${event} fails readiness, is logged without its message, and the server exits with 1`, async () => {
    running = startServer(longGrace, failOnSignal);
    const address = await running.listening;
    const status = async (path: string) => (await fetch(`${address}${path}`)).status;
    expect(await status('/ready')).toBe(200);
    running.child.kill(signal);
    await expect.poll(() => status('/ready')).toBe(503);
    expect(await status('/health')).toBe(200);
    expect(logged(running)).toContainEqual(expect.objectContaining({ level: 'error', event, error: 'Error' }));
    running.child.kill('SIGTERM');
    expect(await running.ended).toEqual({ code: 1, signal: null });
    expect([...running.output, ...running.errors].join()).not.toContain('7700');
  });

  test(`case 79: after an ${event} the server exits with 1 without a signal`, async () => {
    running = startServer(serverEnvironment, failOnSignal);
    await running.listening;
    running.child.kill(signal);
    expect(await running.ended).toEqual({ code: 1, signal: null });
    expect(logged(running).map((entry) => entry.event)).toEqual(['policy-unchecked', 'listening', event, 'stopped']);
  });
}

test('case 79: a server whose log nobody reads any more keeps answering, and stops on a signal', async () => {
  running = startServer(serverEnvironment);
  const address = await running.listening;
  running.child.stdout?.destroy();
  const status = async (path: string) => (await fetch(`${address}${path}`)).status;
  for (let time = 0; time < 3; time++) expect(await status('/unknown')).toBe(404);
  expect(await status('/ready')).toBe(200);
  running.child.kill('SIGTERM');
  expect(await running.ended).toEqual({ code: 0, signal: null });
});

test('the server exits with 1 and logs the reason when it cannot open its database', async () => {
  running = startServer({ ...serverEnvironment, DATABASE: '/nowhere/gateway.sqlite' });
  expect((await running.ended).code).toBe(1);
  expect(JSON.parse(running.output.at(-1) ?? '')).toMatchObject({
    event: 'database-open-failed',
    reason: 'ENOENT',
  });
});

test('the server exits with 1 and logs the error code when its port is taken', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  running = startServer({ ...serverEnvironment, PORT: String((taken.address() as AddressInfo).port) });
  expect((await running.ended).code).toBe(1);
  expect(JSON.parse(running.output.at(-1) ?? '')).toMatchObject({ event: 'listen-failed', code: 'EADDRINUSE' });
  await new Promise((resolve) => taken.close(resolve));
});
