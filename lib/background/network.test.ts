// Runs against a real server, which can cut, delay and extend bodies.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { IdentityError } from '../shared/model/errors.ts';
import { createNetwork } from './network.ts';

const host = 'graph.microsoft.com';
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Sends every request to a server on loopback. */
async function networkTo(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  const asked = vi.fn((url: string | URL | Request, init?: RequestInit) =>
    fetch(String(url).replace(`https://${host}`, `http://127.0.0.1:${port}`), init),
  );
  return { network: createNetwork(asked, async () => new Set([host])), asked };
}

const kindOf = (answer: Promise<unknown>) =>
  answer.then(
    () => 'no error',
    (error: unknown) => (error instanceof IdentityError ? error.kind : error),
  );

describe('case 62: the network sends no request', () => {
  test.each([
    'https://graph.microsoft.com.contoso.example/v1.0/me',
    'https://contoso.example/?https://graph.microsoft.com/',
    'https://graph.microsoft.com@contoso.example/',
    'https://graph.microsoft.com:8443/v1.0/me',
    'http://graph.microsoft.com/v1.0/me',
    'ftp://graph.microsoft.com/',
    'data:application/json,{}',
    'https://login.microsoftonline.com/',
  ])('to %s', async (url) => {
    const { network, asked } = await networkTo((_, response) => response.end());
    expect(await kindOf(network(url))).toBe('not-configured');
    expect(asked).not.toHaveBeenCalled();
  });

  test('to a host that is no longer configured', async () => {
    const hosts = new Set([host]);
    const asked = vi.fn(async () => new Response('{}'));
    const network = createNetwork(asked, async () => hosts);
    await network(`https://${host}/`);
    hosts.clear();
    expect(await kindOf(network(`https://${host}/`))).toBe('not-configured');
    expect(asked).toHaveBeenCalledTimes(1);
  });

  test('to the target of a redirect', async () => {
    const paths: (string | undefined)[] = [];
    const { network } = await networkTo((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await kindOf(network(`https://${host}/here`))).toBe('offline');
    expect(paths).toEqual(['/here']);
  });
});

describe('the network', () => {
  test('returns body, status and headers', async () => {
    const { network } = await networkTo((_, response) =>
      response.writeHead(429, { 'retry-after': '7' }).end('{"error":{}}'),
    );
    const response = await network(`https://${host}/`);
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([
      429,
      '7',
      '{"error":{}}',
    ]);
  });

  test('returns a 204 response without a body', async () => {
    const { network } = await networkTo((_, response) => response.writeHead(204).end());
    const response = await network(`https://${host}/`, { method: 'POST' });
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  test('case 21: sends no cookies or referrer and uses no cache', async () => {
    const { network, asked } = await networkTo((_, response) => response.end());
    await network(`https://${host}/`, { credentials: 'include', cache: 'force-cache', redirect: 'follow' });
    expect(asked.mock.calls[0]?.[1]).toMatchObject({
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    });
  });
});

describe('case 56: the network rejects with', () => {
  test('offline without a connection', async () => {
    const { network } = await networkTo((request) => request.socket.destroy());
    expect(await kindOf(network(`https://${host}/`))).toBe('offline');
  });

  test('offline if the body is cut', async () => {
    const { network } = await networkTo((request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"value":', () => request.socket.destroy());
    });
    expect(await kindOf(network(`https://${host}/`))).toBe('offline');
  });

  test('unexpected-answer if the body is too large, without reading the rest', async () => {
    let ended: () => void = () => {};
    const gone = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const { network } = await networkTo((_, response) => {
      const more = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', more).on('close', ended);
      more();
    });
    const answer = network(`https://${host}/`);
    await expect(answer).rejects.toMatchObject({ details: { kind: 'unexpected-answer', status: 200 } });
    await gone;
  });

  test.each(['before the headers', 'within the body'])('service-unavailable after a timeout %s', async (when) => {
    const time = new AbortController();
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(time.signal);
    const arrived = Promise.withResolvers<void>();
    const { network } = await networkTo((_, response) => {
      if (when === 'within the body') response.writeHead(200).write('{', () => arrived.resolve());
      else arrived.resolve();
    });
    const kind = kindOf(network(`https://${host}/`));
    await arrived.promise;
    expect(vi.mocked(AbortSignal.timeout).mock.calls).toEqual([[25_000]]);
    time.abort(new DOMException('The operation timed out.', 'TimeoutError'));
    expect(await kind).toBe('service-unavailable');
  });
});
