// The sandbox as a network: who answers, who is refused, and what a test can break.
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

/** As a browser does: CONNECT, then TLS, then the request. Answers the status line of the proxy when it refuses. */
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
  test('leads the sandbox hosts to the sandbox, by certificate', async () => {
    expect(await throughProxy('www.contoso.example')).toMatch(/^HTTP\/1.1 200[\s\S]*Intranet/);
    expect(sandbox.requests.at(-1)).toMatchObject({ host: 'www.contoso.example', method: 'GET', path: '/' });
    expect(sandbox.refusedHosts).toEqual([]);
  });

  test('leads to hosts that were added', async () => {
    expect(await throughProxy('gateway.contoso.example', '/health')).toContain('{"asked":"/health"}');
  });

  test.each(['elsewhere.example', '127.0.0.1', 'www.contoso.example:80'])('refuses and lists %s', async (host) => {
    expect(await throughProxy(host)).toBe('403');
    expect(sandbox.refusedHosts).toEqual([host.split(':')[0]]);
  });

  test('refuses plain http', async () => {
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

  test('says clearly that its port is taken', async () => {
    await expect(startSandbox({ ...options, proxyPort: sandbox.proxyPort })).rejects.toThrow(
      `Port ${sandbox.proxyPort} on 127.0.0.1 is taken`,
    );
  });
});

test('the list of requests holds no query, which may carry codes and numbers', async () => {
  await sandbox.fetch(`${page}?number=07700900104`, { headers: { origin: 'https://page.example' } });
  expect(sandbox.requests).toMatchObject([{ path: '/', origin: 'https://page.example', userAgentKind: 'node' }]);
  expect(JSON.stringify(sandbox.requests)).not.toContain('900104');
});

describe('faults', () => {
  const fault = (rule: FaultRule) => sandbox.control.fault(rule);
  const hold = (match: RequestMatch & { when: 'before' | 'after' }) => sandbox.control.hold(match);
  const advanceClock = () =>
    sandbox.fetch('https://control.contoso.example/advance-clock', { method: 'POST', body: '{"milliseconds":60000}' });

  test('a status, as often as asked, in the shape of the host', async () => {
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

  test('throttling, with and without Retry-After', async () => {
    fault({ throttle: { retryAfter: 7 }, times: 1 });
    expect((await sandbox.fetch(page)).headers.get('retry-after')).toBe('7');
    fault({ throttle: {}, times: 1 });
    const response = await sandbox.fetch(page);
    expect(response.status).toBe(429);
    expect(response.headers.has('retry-after')).toBe(false);
  });

  test('only the requests it is for', async () => {
    const rule = fault({ path: /^\/v1\.0\//, method: 'POST', answer: { status: 500 } });
    expect((await sandbox.fetch(page)).status).toBe(200);
    expect((await sandbox.fetch('https://graph.microsoft.com/v1.0/me')).status).toBe(401);
    expect((await sandbox.fetch('https://graph.microsoft.com/v1.0/me', { method: 'POST' })).status).toBe(500);
    rule.remove();
    expect((await sandbox.fetch('https://graph.microsoft.com/v1.0/me', { method: 'POST' })).status).toBe(400);
  });

  test('a dropped connection, before or after it had effect', async () => {
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
  ])('a truncated body: %s', async (url) => {
    fault({ truncate: true, times: 1 });
    await expect(sandbox.fetch(url)).rejects.toThrow(/aborted/);
    expect((await sandbox.fetch(url)).status).toBe(200);
  });

  test('latency', async () => {
    fault({ latency: 80, times: 1 });
    const start = performance.now();
    await sandbox.fetch(page);
    expect(performance.now() - start).toBeGreaterThan(75);
  });

  test('a request held before it has effect', async () => {
    const held = hold({ path: '/advance-clock', when: 'before' });
    const answer = advanceClock();
    await held.arrived;
    expect((await sandbox.fetch(page)).status).toBe(200);
    expect(sandbox.control.clock.offset).toBe(0);
    held.release();
    expect((await answer).status).toBe(200);
    expect(sandbox.control.clock.offset).toBe(60_000);
  });

  test('a request held after it had effect, and its answer lost', async () => {
    const held = hold({ path: '/advance-clock', when: 'after' });
    const answer = advanceClock();
    const lost = expect(answer).rejects.toThrow();
    await held.arrived;
    expect(sandbox.control.clock.offset).toBe(60_000);
    held.drop();
    await lost;
  });

  test('reset lets go what is held and forgets the rules', async () => {
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

  test('changes what the directory knows', async () => {
    const response = await post('set-phone', { employee: 'noPhoneYet', type: 'mobile', number: '07700 900101' });
    expect(await response.json()).toEqual({ done: true });
    expect((await sandbox.fetch('https://handsets.contoso.example/+447700900101')).status).toBe(200);
  });

  test('holds and releases', async () => {
    const { id } = (await (await post('hold', { path: '/', when: 'before' })).json()) as { id: string };
    const answer = sandbox.fetch(page);
    await post('release', { id });
    expect((await answer).status).toBe(200);
  });

  test('says what is wrong', async () => {
    expect((await post('set-phone', { employee: 'nobody' })).status).toBe(400);
    expect((await post('no-such-thing', {})).status).toBe(404);
  });
});

test('closing ends open connections', async () => {
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
