import http from 'node:http';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { type FaultRule, type RequestMatch, type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';

const options = { redirectUris: Object.values(redirectUris) };
const page = 'https://www.contoso.example/';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    ...options,
    extraHosts: { 'gateway.contoso.example': (request) => Response.json({ asked: new URL(request.url).pathname }) },
  });
});
afterEach(() => sandbox.control.reset());
afterAll(() => sandbox.close());

/** CONNECT, TLS and a request, as a browser does. @returns the answer, or the status of a refused CONNECT */
function throughProxy(host: string, path = '/'): Promise<string> {
  return new Promise((resolve, reject) => {
    const connect = http.request({
      host: '127.0.0.1',
      port: sandbox.proxyPort,
      method: 'CONNECT',
      path: host.includes(':') ? host : `${host}:443`,
    });
    connect.on('error', reject);
    connect.on('connect', (response, socket) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        return resolve(String(response.statusCode));
      }
      const secure = tls.connect({ socket, servername: host, ca: sandbox.certificate.pem }, () => {
        secure.end(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
      });
      let text = '';
      secure.on('data', (part: Buffer) => {
        text += part.toString();
      });
      secure.on('error', reject);
      secure.on('end', () => resolve(text));
    });
    connect.end();
  });
}

describe('the proxy', () => {
  test("the proxy connects to the sandbox's hosts, which have a valid certificate", async () => {
    expect(await throughProxy('www.contoso.example')).toMatch(/^HTTP\/1.1 200[\s\S]*Intranet/);
    expect(sandbox.requests.at(-1)).toMatchObject({ host: 'www.contoso.example', method: 'GET', path: '/' });
    expect(sandbox.refusedHosts).toEqual([]);
  });

  test('the proxy connects to additional hosts', async () => {
    expect(await throughProxy('gateway.contoso.example', '/health')).toContain('{"asked":"/health"}');
  });

  test.each(['elsewhere.example', '127.0.0.1', 'www.contoso.example:80'])(
    'the proxy refuses and lists %s',
    async (host) => {
      expect(await throughProxy(host)).toBe('403');
      expect(sandbox.refusedHosts).toEqual([host.split(':')[0]]);
    },
  );

  test('the proxy refuses plain http', async () => {
    const status = await new Promise((resolve, reject) => {
      http
        .get({ host: '127.0.0.1', port: sandbox.proxyPort, path: 'http://www.contoso.example/' }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
        .on('error', reject);
    });
    expect(status).toBe(403);
    expect(sandbox.refusedHosts).toEqual(['www.contoso.example']);
  });

  test('startSandbox rejects with the port number when its port is taken', async () => {
    await expect(startSandbox({ ...options, proxyPort: sandbox.proxyPort })).rejects.toThrow(
      `Port ${sandbox.proxyPort} on 127.0.0.1 is taken`,
    );
  });
});

test('the list of requests contains no query, which may contain codes and numbers', async () => {
  await sandbox.fetch(`${page}?number=07700900104`, { headers: { origin: 'https://page.example' } });
  expect(sandbox.requests).toMatchObject([{ path: '/', origin: 'https://page.example', userAgentKind: 'node' }]);
  expect(JSON.stringify(sandbox.requests)).not.toContain('900104');
});

describe('faults', () => {
  const fault = (rule: FaultRule) => sandbox.control.fault(rule);
  const hold = (match: RequestMatch & { when: 'before' | 'after' }) => sandbox.control.hold(match);
  const advanceClock = () =>
    sandbox.fetch('https://control.contoso.example/advance-clock', { method: 'POST', body: '{"milliseconds":60000}' });

  test("a rule with answer replaces as many answers as requested, with a body in the host's format", async () => {
    const rule = fault({
      host: 'graph.microsoft.com',
      answer: { status: 503, headers: { 'retry-after': '3' } },
      times: 2,
    });
    const ask = () => sandbox.fetch('https://graph.microsoft.com/v1.0/me');
    const response = await ask();
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('3');
    expect(await response.json()).toMatchObject({ error: { code: 'serviceNotAvailable' } });
    expect((await ask()).status).toBe(503);
    expect((await ask()).status).toBe(401);
    expect(rule.hits).toBe(2);
  });

  test('a rule with throttle answers 429 with and without Retry-After', async () => {
    fault({ throttle: { retryAfter: 7 }, times: 1 });
    expect((await sandbox.fetch(page)).headers.get('retry-after')).toBe('7');
    fault({ throttle: {}, times: 1 });
    const response = await sandbox.fetch(page);
    expect(response.status).toBe(429);
    expect(response.headers.has('retry-after')).toBe(false);
  });

  test('a rule applies only to requests that match, until it is removed', async () => {
    const rule = fault({ path: /^\/v1\.0\//, method: 'POST', answer: { status: 500 } });
    expect((await sandbox.fetch(page)).status).toBe(200);
    expect((await sandbox.fetch('https://graph.microsoft.com/v1.0/me')).status).toBe(401);
    expect((await sandbox.fetch('https://graph.microsoft.com/v1.0/me', { method: 'POST' })).status).toBe(500);
    rule.remove();
    expect((await sandbox.fetch('https://graph.microsoft.com/v1.0/me', { method: 'POST' })).status).toBe(400);
  });

  test('a rule with drop closes the connection before or after the request took effect', async () => {
    fault({ drop: true, times: 1 });
    await expect(advanceClock()).rejects.toThrow();
    expect(sandbox.control.clock.offset).toBe(0);
    fault({ drop: true, when: 'after', times: 1 });
    await expect(advanceClock()).rejects.toThrow();
    expect(sandbox.control.clock.offset).toBe(60_000);
  });

  test.each([
    'https://www.contoso.example/',
    'https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration',
  ])('a rule with truncate cuts the body of %s', async (url) => {
    fault({ truncate: true, times: 1 });
    await expect(sandbox.fetch(url)).rejects.toThrow(/aborted/);
    expect((await sandbox.fetch(url)).status).toBe(200);
  });

  test('a rule with latency delays the answer', async () => {
    fault({ latency: 80, times: 1 });
    const start = performance.now();
    await sandbox.fetch(page);
    expect(performance.now() - start).toBeGreaterThan(75);
  });

  test('a request held before takes effect after its release', async () => {
    const held = hold({ path: '/advance-clock', when: 'before' });
    const answer = advanceClock();
    await held.arrived;
    expect((await sandbox.fetch(page)).status).toBe(200);
    expect(sandbox.control.clock.offset).toBe(0);
    held.release();
    expect((await answer).status).toBe(200);
    expect(sandbox.control.clock.offset).toBe(60_000);
  });

  test('a request held after has taken effect, and its answer can be dropped', async () => {
    const held = hold({ path: '/advance-clock', when: 'after' });
    const answer = advanceClock();
    const lost = expect(answer).rejects.toThrow();
    await held.arrived;
    expect(sandbox.control.clock.offset).toBe(60_000);
    held.drop();
    await lost;
  });

  test('reset releases held requests and removes the rules', async () => {
    const held = hold({ path: '/', when: 'before' });
    fault({ answer: { status: 500 } });
    const answer = sandbox.fetch(page);
    await held.arrived;
    sandbox.control.reset();
    await answer;
    expect((await sandbox.fetch(page)).status).toBe(200);
  });
});

describe('control over HTTP', () => {
  const post = (command: string, body: unknown) =>
    sandbox.fetch(`https://control.contoso.example/${command}`, { method: 'POST', body: JSON.stringify(body) });

  test('the command set-phone changes the directory', async () => {
    const response = await post('set-phone', { employee: 'noPhoneYet', type: 'mobile', number: '07700 900101' });
    expect(await response.json()).toEqual({ done: true });
    expect((await sandbox.fetch('https://handsets.contoso.example/+447700900101')).status).toBe(200);
  });

  test('the command hold returns an id, and release lets the request go on', async () => {
    const { id } = (await (await post('hold', { path: '/', when: 'before' })).json()) as { id: string };
    const answer = sandbox.fetch(page);
    await post('release', { id });
    expect((await answer).status).toBe(200);
  });

  test('a wrong field is answered 400 and an unknown command 404', async () => {
    expect((await post('set-phone', { employee: 'nobody' })).status).toBe(400);
    expect((await post('fail-sign-ins', { where: 'refresh', family: 'cancelled' })).status).toBe(400);
    expect((await post('no-such-thing', {})).status).toBe(404);
  });
});

test('close ends open connections and stops the server', async () => {
  const own = await startSandbox(options);
  const stream = own.fetch('https://handsets.contoso.example/+447700900101/events');
  const ended = stream.then(
    () => 'ended',
    () => 'cut',
  );
  await own.close();
  expect(await ended).toMatch(/ended|cut/);
  await expect(own.fetch(page)).rejects.toThrow();
});
