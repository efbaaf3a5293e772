// What reaches a server that is on the network: bodies made to break it, clients that never finish, a disk that takes no more.
import { once } from 'node:events';
import { connect } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { alice, type GatewayUnderTest, gatewayUnderTest, newId } from './testing/gateway-under-test.ts';
import { type ServerProcess, startServer } from './testing/server-process.ts';

describe('in process', () => {
  let under: GatewayUnderTest;
  afterEach(() => under.end());

  test('case 14: whatever the body is, it is refused, texts nobody and is not in the logs', async () => {
    under = await gatewayUnderTest();
    const canary = 'canary-7700900977';
    const value = fc
      .anything({ withNullPrototype: true, withSparseArray: true })
      .map((any) => JSON.stringify([any, canary]));
    const object = fc
      .dictionary(fc.constantFrom('number', 'type', 'channel', 'purpose', 'code', '__proto__', canary), fc.jsonValue())
      .filter(({ number }) => typeof number !== 'string' || !/\d{6}/.test(number))
      .map((any) => JSON.stringify(any));
    const broken = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.constantFrom('', '{', '[]'.repeat(500), `"${'x'.repeat(9_000)}"`),
    );
    const body = fc.oneof(value, object, broken);
    const place = fc.constantFrom(['PUT', ''], ['POST', '/confirm'], ['POST', '/resend']);
    await fc.assert(
      fc.asyncProperty(body, place, async (text, [method = '', action = '']) => {
        const answer = await under.ask(alice, method, `/v1/verifications/${newId()}${action}`, text);
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        expect(answer.problem).toBeTruthy();
      }),
      { numRuns: 200 },
    );
    expect(under.texts).toEqual([]);
    expect(JSON.stringify(under.logs)).not.toContain(canary);
  }, 60_000);

  test('a database that takes nothing more: says so, sends no text, and goes on when it does again', async () => {
    under = await gatewayUnderTest();
    const other = new DatabaseSync(under.configuration.database);
    other.exec('BEGIN IMMEDIATE');
    const refused = await under.start(alice, newId());
    expect(refused).toMatchObject({ status: 503, problem: 'service-unavailable' });
    expect(under.texts).toEqual([]);
    other.exec('ROLLBACK');
    other.close();
    expect(await under.start(alice, newId())).toMatchObject({ status: 200 });
    expect(under.texts).toHaveLength(1);
  }, 30_000);
});

describe('the server', () => {
  let running: ServerProcess;
  afterEach(async () => {
    running.child.kill('SIGKILL');
    await running.ended;
  });

  async function start(): Promise<{ address: string; port: number }> {
    running = startServer({
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
    });
    const address = await running.listening;
    return { address, port: Number(new URL(address).port) };
  }

  test('headers beyond measure end the connection, not the server', async () => {
    const { address, port } = await start();
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.write(`GET /health HTTP/1.1\r\nhost: gateway.contoso.example\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`);
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect((await fetch(`${address}/health`)).status).toBe(200);
  });

  test('clients that never finish keep nobody waiting', async () => {
    const { address, port } = await start();
    const slow = Array.from({ length: 200 }, () => connect(port, '127.0.0.1'));
    await Promise.all(slow.map((socket) => once(socket, 'connect')));
    for (const socket of slow)
      socket.write('PUT /v1/verifications/x HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{');
    expect((await fetch(`${address}/health`)).status).toBe(200);
    for (const socket of slow) socket.destroy();
  });
});
