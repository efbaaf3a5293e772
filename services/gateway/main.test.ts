// The server program itself: refuses to start with words, serves, stops in good order.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type ServerProcess, serverEnvironment, startServer } from './testing/server-process.ts';

let running: ServerProcess | undefined;
afterEach(async () => {
  running?.child.kill('SIGKILL');
  await running?.ended;
});

test('without its environment it does not start, and says all that is missing', async () => {
  running = startServer({ ...serverEnvironment, CLIENT_SECRET: '', TENANT_ID: 'contoso', WEBHOOK_URL: '' });
  expect((await running.ended).code).toBe(78);
  expect(running.errors).toEqual([
    expect.stringContaining('does not start'),
    '  TENANT_ID: must be a GUID',
    '  WEBHOOK_URL: missing',
    '  CERTIFICATE, PRIVATE_KEY: missing (or CLIENT_SECRET in their place)',
  ]);
  expect(running.output).toEqual([]);
});

test('it answers health and readiness, refuses without a token, and stops on SIGTERM', async () => {
  running = startServer(serverEnvironment);
  const address = await running.listening;
  expect((await fetch(`${address}/health`)).status).toBe(200);
  expect((await fetch(`${address}/ready`)).status).toBe(200);
  expect((await fetch(`${address}/v1/verifications/1d000000-0000-4000-8000-000000000001`)).status).toBe(401);
  running.child.kill('SIGTERM');
  expect(await running.ended).toEqual({ code: 0, signal: null });
  const events = running.output.map((line) => JSON.parse(line).event);
  expect(events).toEqual(['listening', 'request', 'stopping', 'stopped'].toSpliced(1, 0, 'refused'));
  expect(running.errors).toEqual([]);
});

test('a database that cannot be opened ends it with a word in the logs', async () => {
  running = startServer({ ...serverEnvironment, DATABASE: '/nowhere/gateway.sqlite' });
  expect((await running.ended).code).toBe(1);
  expect(JSON.parse(running.output.at(-1) ?? '')).toMatchObject({
    event: 'cannot-open-database',
    reason: expect.any(String),
  });
});

test('a taken port ends it with a word in the logs', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  running = startServer({ ...serverEnvironment, PORT: String((taken.address() as AddressInfo).port) });
  expect((await running.ended).code).toBe(1);
  expect(JSON.parse(running.output.at(-1) ?? '')).toMatchObject({ event: 'cannot-listen', code: 'EADDRINUSE' });
  await new Promise((resolve) => taken.close(resolve));
});
