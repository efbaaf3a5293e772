// The server program itself: refuses to start with words, serves, stops in good order.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ServerProcess, startServer } from './testing/server-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-main-'));
let running: ServerProcess | undefined;
afterEach(async () => {
  running?.child.kill('SIGKILL');
  await running?.ended;
  rmSync(folder, { recursive: true, force: true });
});

const environment = {
  PUBLIC_ORIGIN: 'https://gateway.contoso.example',
  TENANT_ID: '7c000000-0000-4000-8000-000000000001',
  CLIENT_ID: '7c000000-0000-4000-8000-000000000002',
  CLIENT_SECRET: 'secret-of-the-gateway',
  ALLOWED_ORIGINS: 'moz-extension://*',
  CODE_KEY: Buffer.alloc(32, 1).toString('base64'),
  WEBHOOK_URL: 'https://texts.contoso.example/send',
  WEBHOOK_SECRET: 'x'.repeat(32),
  DATABASE: ':memory:',
  HOST: '127.0.0.1',
  PORT: '0',
};

test('without its environment it does not start, and says all that is missing', async () => {
  running = startServer({ ...environment, CLIENT_SECRET: '', TENANT_ID: 'contoso', WEBHOOK_URL: '' });
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
  running = startServer(environment);
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

test('a taken port ends it with a word in the logs', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  running = startServer({ ...environment, PORT: String((taken.address() as AddressInfo).port) });
  expect((await running.ended).code).toBe(1);
  expect(JSON.parse(running.output.at(-1) ?? '')).toMatchObject({ event: 'cannot-listen', code: 'EADDRINUSE' });
  await new Promise((resolve) => taken.close(resolve));
});
