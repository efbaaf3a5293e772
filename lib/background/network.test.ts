// Runs against a real server, which can cut, delay and extend bodies.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { customFetch } from 'oauth4webapi';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { clouds } from '../shared/model/clouds.ts';
import { IdentityError } from '../shared/model/errors.ts';
import { createNetwork, createTokenNetwork, hostOfScope, kindOfStatus, overNetwork, retryTime } from './network.ts';

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

  test('case 68: to the target of a redirect', async () => {
    const paths: (string | undefined)[] = [];
    const { network } = await networkTo((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await kindOf(network(`https://${host}/here`))).toBe('offline');
    expect(paths).toEqual(['/here']);
  });
});

const gateway = { url: 'https://gateway.contoso.example', scope: 'api://gateway-of-contoso/PhoneVerification' };
const graphScopes = `https://${host}/User.Read https://${host}/UserAuthenticationMethod.ReadWrite`;

describe('case 67: an access token is sent', () => {
  const bearer = { headers: { authorization: 'Bearer token' } };

  test.each([
    ['only to Graph, with permissions of Graph', graphScopes, host],
    ['only to the gateway, with its scope', gateway.scope, 'gateway.contoso.example'],
  ])('%s', async (_, scope, itsHost) => {
    const asked = vi.fn(async () => new Response('{}'));
    const network = createTokenNetwork(asked, async () => ({ cloud: 'global', gateway }), scope);
    const others = [...Object.values(clouds).flatMap(({ login, graph }) => [login, graph]), 'gateway.contoso.example'];
    for (const other of others.filter((each) => each !== itsHost)) {
      expect(await kindOf(network(`https://${other}/`, bearer)), other).toBe('not-configured');
    }
    expect(asked).not.toHaveBeenCalled();
    expect((await network(`https://${itsHost}/`, bearer)).status).toBe(200);
  });

  test.each<[string, RequestInit['headers']]>([
    ['an object', { Authorization: 'Bearer token' }],
    ['Headers', new Headers({ authorization: 'Bearer token' })],
    ['a list', [['AUTHORIZATION', 'Bearer token']]],
  ])('never by the network of the sign-in, headers as %s', async (_, headers = {}) => {
    const asked = vi.fn(async () => new Response('{}'));
    const network = createNetwork(asked, async () => new Set([host]));
    expect(await kindOf(network(`https://${host}/`, { headers }))).toBe('not-configured');
    expect(asked).not.toHaveBeenCalled();
    expect((await network(`https://${host}/`, { headers: { accept: 'application/json' } })).status).toBe(200);
  });

  test('to no host that the connection has lost meanwhile', async () => {
    let connection: Parameters<typeof hostOfScope>[0] = { cloud: 'global', gateway };
    const asked = vi.fn(async () => new Response('{}'));
    const network = createTokenNetwork(asked, async () => connection, gateway.scope);
    await network(gateway.url, bearer);
    connection = { cloud: 'global', gateway: { ...gateway, url: 'https://other.contoso.example' } };
    expect(await kindOf(network(gateway.url, bearer))).toBe('not-configured');
    expect(asked).toHaveBeenCalledTimes(1);
  });
});

describe('case 67: the host of a scope', () => {
  test.each(Object.entries(clouds))('of Graph is that of the cloud %s, whatever the gateway', (cloud, { graph }) => {
    const scope = `https://${graph}/User.Read https://${graph}/.default`;
    const foreign = { url: 'https://elsewhere.example', scope };
    expect(hostOfScope({ cloud: cloud as 'global', gateway: foreign }, scope)).toEqual({
      host: graph,
      maxBytes: 1_000_000,
    });
  });

  test('of a gateway is its own, with the port', () => {
    const connection = {
      cloud: 'global',
      gateway: { ...gateway, url: 'https://gateway.contoso.example:8443' },
    } as const;
    expect(hostOfScope(connection, gateway.scope)).toEqual({ host: 'gateway.contoso.example:8443', maxBytes: 16_384 });
  });

  const code = (connection: Parameters<typeof hostOfScope>[0], scope: string) => {
    try {
      return hostOfScope(connection, scope);
    } catch (error) {
      return error instanceof IdentityError && error.kind === 'not-configured' ? (error.details.code ?? '') : error;
    }
  };

  test.each([
    ['of another gateway', gateway.scope, 'api://other/PhoneVerification', ''],
    ['of Graph and another resource', gateway.scope, `${graphScopes} ${gateway.scope}`, ''],
    ["of another cloud's Graph", gateway.scope, `https://${clouds.usgov.graph}/User.Read`, ''],
    ['of a host that begins like Graph', gateway.scope, `https://${host}.contoso.example/User.Read`, ''],
    [
      'that a gateway of an older version has',
      'https://contoso.example/x',
      'https://contoso.example/x',
      'invalid-gateway-scope',
    ],
    [
      'of Graph by its app id',
      'api://00000003-0000-0000-c000-000000000000/x',
      'api://00000003-0000-0000-c000-000000000000/x',
      'invalid-gateway-scope',
    ],
  ])('%s does not exist', (_, configured, scope, why) => {
    expect(code({ cloud: 'global', gateway: { ...gateway, scope: configured } }, scope)).toBe(why);
  });

  test('of a gateway does not exist without one, or at an address of Microsoft', () => {
    expect(code({ cloud: 'global' }, gateway.scope)).toBe('');
    for (const url of [`https://${host}`, 'https://login.microsoftonline.us:8443', `https://${host}.`]) {
      expect(code({ cloud: 'global', gateway: { ...gateway, url } }, gateway.scope), url).toBe('invalid-gateway-url');
    }
  });
});

describe('case 73: an answer of the gateway', () => {
  const ofSize = (bytes: number, headers: Record<string, string> = {}) => {
    const chunk = 4_096;
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const size = Math.min(chunk, bytes - sent);
        sent += size;
        if (size > 0) controller.enqueue(new Uint8Array(size));
        else controller.close();
      },
    });
    const network = createTokenNetwork(
      async () => new Response(body, { headers }),
      async () => ({ cloud: 'global', gateway }),
      gateway.scope,
    );
    return network(gateway.url);
  };

  test('has at most 16 kB, whatever length it claims to have', async () => {
    expect((await (await ofSize(16_384)).arrayBuffer()).byteLength).toBe(16_384);
    expect(await kindOf(ofSize(16_385))).toBe('unexpected-answer');
    expect(await kindOf(ofSize(16_385, { 'content-length': '2' }))).toBe('unexpected-answer');
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

  test.each([204, 205, 304])(
    'returns a response of status %d without a body also if the browser has an empty one',
    async (status) => {
      const body = new Blob([]).stream();
      const empty = { status, statusText: '', headers: new Headers(), body } as Response;
      const network = createNetwork(
        async () => empty,
        async () => new Set([host]),
      );
      expect((await network(`https://${host}/`)).status).toBe(status);
    },
  );

  test('returns a response of another status without a body', async () => {
    const network = createNetwork(
      async () => new Response(null),
      async () => new Set([host]),
    );
    const response = await network(`https://${host}/`);
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test('sends a request of the OAuth client as it is, without further options', async () => {
    const asked = vi.fn(async () => new Response('{}'));
    const options = overNetwork(asked)[customFetch];
    const headers = { accept: 'application/json' };
    await options(`https://${host}/`, { method: 'GET', headers });
    await options(`https://${host}/`, { method: 'POST', headers, body: 'a=1' });
    expect(asked.mock.calls).toStrictEqual([
      [`https://${host}/`, { method: 'GET', headers }],
      [`https://${host}/`, { method: 'POST', headers, body: 'a=1' }],
    ]);
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

  test('offline after an exception of the browser that is no timeout', async () => {
    const stopped = async () => {
      throw new DOMException('The user aborted a request.', 'AbortError');
    };
    const network = createNetwork(stopped, async () => new Set([host]));
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

describe('Retry-After', () => {
  const now = Date.UTC(2026, 10, 30, 12);
  test.each<[string | null, number | undefined]>([
    [null, undefined],
    ['', undefined],
    ['0', now],
    ['7', now + 7_000],
    ['3600', now + 3_600_000],
    ['3601', now + 3_600_000],
    ['9'.repeat(400), undefined],
    ['Mon, 30 Nov 2026 12:00:07 GMT', now + 7_000],
    ['Mon, 30 Nov 2026 11:00:00 GMT', now - 3_600_000],
    ['Tue, 01 Dec 2026 12:00:00 GMT', now + 3_600_000],
    ['2026-11-30T12:00:07Z', now + 7_000],
    ['soon', undefined],
    ['7 seconds', undefined],
  ])('%j', (header, time) => {
    expect(retryTime(header, now)).toBe(time);
  });

  test('with a sign is no count of seconds', () => {
    expect(retryTime('-7', now)).not.toBe(now - 7_000);
    expect(retryTime('+7', now)).not.toBe(now + 7_000);
  });
});

test.each([
  [undefined, 'unexpected-answer'],
  [200, 'unexpected-answer'],
  [428, 'unexpected-answer'],
  [429, 'service-unavailable'],
  [430, 'unexpected-answer'],
  [499, 'unexpected-answer'],
  [500, 'service-unavailable'],
  [503, 'service-unavailable'],
])('an answer of status %s that does not describe its error is %s', (status, kind) => {
  expect(kindOfStatus(status)).toBe(kind);
});
