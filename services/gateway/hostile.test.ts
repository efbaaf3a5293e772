// Hostile requests, slow clients and a full disk.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listen } from './listen.ts';
import { alice, bob, type GatewayUnderTest, gatewayUnderTest, newId } from './testing/gateway-under-test.ts';
import { serveOnLoopback } from './testing/loopback.ts';
import {
  type ServerProcess,
  serverEnvironment,
  startServer,
  startServerOnSmallDisk,
} from './testing/server-process.ts';
import { createTenant } from './testing/tenant.ts';

describe('the gateway in this process', () => {
  let under: GatewayUnderTest;
  afterEach(() => under.end());

  test('case 14: a random body is refused with 4xx, sends no text and is not logged', async () => {
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
  });

  test('while the database is locked, a start is answered 503 without a text; afterwards it succeeds', async () => {
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
  });
});

describe('the server', () => {
  let running: ServerProcess;
  let port: number;
  beforeEach(async () => {
    running = startServer(serverEnvironment);
    port = Number(new URL(await running.listening).port);
  });
  afterEach(async () => {
    running.child.kill('SIGKILL');
    await running.ended;
  });

  test('headers of 40 kB are answered 431, and the server serves the next client', async () => {
    const client = connectTo(port);
    client.socket.write(`GET /health HTTP/1.1\r\nhost: gateway.contoso.example\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`);
    expect(await client.answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(await isServedAt(port)).toBe(true);
  });

  test('200 clients that never finish their requests do not delay another client', async () => {
    const slow = Array.from({ length: 200 }, () => connectTo(port).socket);
    await Promise.all(slow.map((socket) => once(socket, 'connect')));
    for (const socket of slow)
      socket.write('PUT /v1/verifications/x HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{');
    expect(await isServedAt(port)).toBe(true);
    for (const socket of slow) socket.destroy();
  });
});

describe('a slow client', () => {
  let under: GatewayUnderTest;
  let server: Server;
  let port: number;
  beforeEach(async () => {
    under = await gatewayUnderTest();
    const limits = { headersTimeout: 300, requestTimeout: 600, connectionsCheckingInterval: 50 };
    server = listen(under.gateway, { host: '127.0.0.1', port: 0 }, limits);
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await under.end();
  });

  const beginning = async (length: number) =>
    `PUT /v1/verifications/${newId()} HTTP/1.1\r\nhost: gateway.contoso.example\r\nauthorization: Bearer ${await under.tenant.token(alice)}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

  test('a client that sends a header or a body byte by byte is disconnected at the timeout, and others are served meanwhile', async () => {
    const header = trickle(connectTo(port), 'GET /health HTTP/1.1\r\nx: ', 'x'.repeat(10_000));
    const body = trickle(connectTo(port), await beginning(4_000), ' '.repeat(4_000));
    let over = false;
    void Promise.all([header, body]).then(() => {
      over = true;
    });
    for (let served = 0; !over || served === 0; served++) expect(await isServedAt(port)).toBe(true);
    expect(await header).toMatch(/^HTTP\/1\.1 408 /);
    // The client may be disconnected before it reads the answer.
    expect(await body).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
    expect(under.texts).toEqual([]);
  });

  test('a body over 4 kB is answered 413 before it is sent completely', async () => {
    const announced = connectTo(port);
    announced.socket.write(await beginning(50_000_000));
    expect(await announced.answer).toMatch(/^HTTP\/1\.1 413 /);
    const unannounced = connectTo(port);
    const head = (await beginning(0)).replace('content-length: 0', 'transfer-encoding: chunked');
    unannounced.socket.write(`${head}1388\r\n${' '.repeat(5_000)}\r\n`);
    expect(await unannounced.answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(under.texts).toEqual([]);
  });
});

// Mount namespaces exist only on Linux.
describe.skipIf(process.platform !== 'linux')('a full disk', () => {
  const closing = new AsyncDisposableStack();
  afterAll(() => closing.disposeAsync());

  test('case 78: a full disk fails readiness, prevents texts and writes that could not be recorded and allows reads, and everything resumes once there is room', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gateway-disk-'));
    closing.defer(() => rmSync(folder, { recursive: true }));
    /** Runs once, while the server waits for a text or for a read of Graph. */
    const meanwhile: { text?: (() => void) | undefined; read?: (() => void) | undefined } = {};
    const runMeanwhile = (where: keyof typeof meanwhile) => {
      const act = meanwhile[where];
      meanwhile[where] = undefined;
      act?.();
    };
    let tenant: Awaited<ReturnType<typeof createTenant>> | undefined;
    const { origin } = closing.use(
      await serveOnLoopback(async (request) => {
        if (request.method === 'GET' && request.url.includes('phoneMethods')) runMeanwhile('read');
        return (await tenant?.handle(request)) ?? new Response(null, { status: 500 });
      }),
    );
    tenant = await createTenant({ now: Date.now, loginOrigin: origin, graphOrigin: origin });
    const texts: { to: string; body: string }[] = [];
    const adapter = closing.use(
      await serveOnLoopback(async (request) => {
        const message = (await request.json()) as (typeof texts)[number];
        // An event about a first number has no receiver.
        if (message.to) texts.push(message);
        runMeanwhile('text');
        return new Response(null, { status: 202 });
      }),
    );
    const { server, disk } = startServerOnSmallDisk(
      {
        ...serverEnvironment,
        WEBHOOK_URL: `${adapter.origin}/texts`,
        DATABASE: join(folder, 'gateway.sqlite'),
        ADDITIONAL_MOBILE_RANGES: '+447700900xxx',
        ALLOW_INSECURE_LOOPBACK: 'true',
        LOGIN_ORIGIN: origin,
        GRAPH_ORIGIN: origin,
      },
      folder,
    );
    closing.defer(async () => {
      server.child.kill('SIGKILL');
      await server.ended;
    });
    const address = await server.listening;
    const ask = async (oid: string, method: string, path: string, body?: object) => {
      const authorization = `Bearer ${await tenant.token(oid)}`;
      const response = await fetch(`${address}/v1/verifications/${path}`, {
        ...{ method, headers: { authorization, 'content-type': 'application/json' } },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() };
    };
    const begin = (oid: string, id: string, number: string) =>
      ask(oid, 'PUT', id, { number, type: 'mobile', channel: 'sms', purpose: 'add' });
    const numbers: Record<string, string> = { [alice]: '+447700900101', [bob]: '+447700900102' };
    const confirm = (oid: string, id: string) =>
      ask(oid, 'POST', `${id}/confirm`, {
        code: /#(\d{6})$/.exec(texts.find(({ to }) => to === numbers[oid])?.body ?? '')?.[1],
      });
    const unavailable = {
      status: 503,
      retryAfter: expect.stringMatching(/^\d+$/),
      body: expect.objectContaining({ type: 'urn:phone-sign-in:problem:service-unavailable' }),
    };
    const [ofAlice, ofBob] = [newId(), newId()];

    expect(await begin(alice, ofAlice, '+44 7700 900101')).toMatchObject({ status: 200 });
    const isReady = async () => (await fetch(`${address}/ready`)).status === 200;
    expect(await isReady()).toBe(true);
    disk.fill();
    await expect.poll(isReady).toBe(false);
    expect((await fetch(`${address}/health`)).status).toBe(200);
    expect(await begin(bob, ofBob, '+44 7700 900102')).toEqual(unavailable);
    expect(texts.map(({ to }) => to)).toEqual(['+447700900101']);
    expect(await ask(alice, 'GET', ofAlice)).toMatchObject({ status: 200, body: { state: 'sent' } });
    expect(await confirm(alice, ofAlice)).toEqual(unavailable);
    expect(tenant.writes()).toEqual([]);

    // The disk fills while a text is being sent, so that its outcome cannot be recorded.
    disk.makeRoom();
    meanwhile.text = disk.fill;
    expect(await begin(bob, ofBob, '+44 7700 900102')).toMatchObject({
      ...{ status: 200, body: { state: 'sent', error: { kind: 'send-failed' } } },
    });
    expect(texts.map(({ to }) => to)).toEqual(['+447700900101', '+447700900102']);

    // The disk fills between the code and the write, which waits for room and then reads Graph.
    disk.makeRoom();
    meanwhile.read = disk.fill;
    expect(await confirm(alice, ofAlice)).toMatchObject({ status: 200, body: { state: 'writing' } });
    expect(await ask(alice, 'GET', ofAlice)).toMatchObject({ status: 200, body: { state: 'writing' } });

    disk.makeRoom();
    await expect.poll(isReady).toBe(true);
    for (const [oid, id] of [
      [alice, ofAlice],
      [bob, ofBob],
    ] as const) {
      if (oid === bob) await confirm(oid, id);
      await expect.poll(async () => (await ask(oid, 'GET', id)).body.state).toBe('done');
    }
    expect(tenant.writes().map(({ method }) => method)).toEqual(['POST', 'POST']);
    expect(texts).toHaveLength(2);
    // The same process served all requests; its log has the reason and no phone number.
    expect(server.child.exitCode).toBeNull();
    const logs = server.output.join('\n');
    expect(logs).toContain('"reason":"database or disk is full"');
    expect(logs).toContain('"event":"delivery-not-recorded"');
    expect(logs).not.toContain('7700');
    expect(server.errors.filter((line) => !line.includes('Warning'))).toEqual([]);
  });
});

/** Asks over a new connection, as another client. */
async function isServedAt(port: number): Promise<boolean> {
  const { socket, answer } = connectTo(port);
  socket.write('GET /health HTTP/1.1\r\nhost: gateway.contoso.example\r\nconnection: close\r\n\r\n');
  return (await answer).startsWith('HTTP/1.1 200 ');
}

interface Client {
  socket: Socket;
  /** Everything the server sent until the connection closed. */
  answer: Promise<string>;
}

function connectTo(port: number): Client {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  // The server closes connections that are being written to.
  socket.on('error', () => {});
  return { socket, answer: new Promise((resolve) => socket.on('close', () => resolve(text))) };
}

/** Sends a byte every 20 ms until the server closes the connection. */
function trickle({ socket, answer }: Client, head: string, rest: string): Promise<string> {
  socket.write(head);
  let sent = 0;
  const timer = setInterval(() => socket.write(rest[sent++] ?? ''), 20);
  return answer.finally(() => clearInterval(timer));
}
