import { afterEach, expect, test } from 'vitest';
import {
  alice,
  extensionOrigin,
  type GatewayUnderTest,
  gatewayUnderTest,
  newId,
} from '../testing/gateway-under-test.ts';

let under: GatewayUnderTest;
afterEach(() => under.end());

const firefoxOrigin = 'moz-extension://3fa85f64-5717-4562-b3fc-2c963f66afa6';

async function preflight(origin: string) {
  return under.gateway.fetch(
    new Request(`https://gateway.contoso.example/v1/verifications/${newId()}`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'authorization,content-type,client-request-id',
      },
    }),
  );
}

test('CORS admits the configured Chromium origin and every Firefox installation, and no web page', async () => {
  under = await gatewayUnderTest();
  for (const origin of [extensionOrigin, firefoxOrigin]) {
    const allowed = await preflight(origin);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(origin);
    expect(allowed.headers.get('access-control-allow-methods')).toContain('PUT');
    for (const header of ['authorization', 'content-type', 'client-request-id'])
      expect(allowed.headers.get('access-control-allow-headers')).toContain(header);
    expect(allowed.headers.get('vary')).toContain('Origin');
  }
  for (const origin of [
    'https://www.contoso.example',
    'chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba',
    'moz-extension://*',
    `${firefoxOrigin}.example`,
    'null',
  ])
    expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
});

test('CORS exposes Retry-After, WWW-Authenticate and the request id of answers and refusals', async () => {
  under = await gatewayUnderTest();
  const id = newId();
  const headers = { origin: extensionOrigin };
  const answers = [
    await under.start(alice, id, {}, { headers }),
    await under.resend(alice, id, { headers }),
    await under.get(alice, id, { headers, token: undefined }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 429, 401]);
  for (const answer of answers) {
    expect(answer.headers.get('access-control-allow-origin')).toBe(extensionOrigin);
    const exposed = answer.headers.get('access-control-expose-headers') ?? '';
    for (const name of ['retry-after', 'www-authenticate', 'request-id']) expect(exposed).toContain(name);
    expect(answer.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  }
});

test('CORS refuses Firefox origins that the configuration does not allow', async () => {
  under = await gatewayUnderTest({ allowedOrigins: [extensionOrigin] });
  expect((await preflight(firefoxOrigin)).headers.get('access-control-allow-origin')).toBeNull();
});

test('a request of another form than the documented one is refused before a text and a Graph request', async () => {
  under = await gatewayUnderTest();
  const path = `/v1/verifications/${newId()}`;
  const good = { number: '+44 7700 900101', type: 'mobile', channel: 'sms', purpose: 'add' };
  const bad: unknown[] = [
    { ...good, oid: alice },
    { ...good, channel: 'voice' },
    { ...good, type: 'fax' },
    { ...good, purpose: 'steal' },
    { ...good, number: 447700900101 },
    { ...good, number: '+'.padEnd(41, '4') },
    '{"number":',
    '[]',
    'null',
    '{"__proto__":{"number":"+44 7700 900101"}}',
  ];
  for (const body of bad) expect((await under.ask(alice, 'PUT', path, body)).problem).toBe('invalid-request');
  for (const code of ['12345', '1234567', '12345a', '١٢٣٤٥٦', 123456])
    expect((await under.ask(alice, 'POST', `${path}/confirm`, { code })).problem).toBe('invalid-request');
  for (const id of ['1', 'x'.repeat(36), '%2e%2e'])
    expect((await under.ask(alice, 'GET', `/v1/verifications/${id}`)).status).toBeGreaterThanOrEqual(400);
  const large = await under.ask(alice, 'PUT', path, { ...good, padding: 'x'.repeat(5000) });
  expect([large.status, large.problem]).toEqual([413, 'invalid-request']);
  expect(under.texts).toEqual([]);
  expect(under.tenant.requests).toEqual([]);
});

test('a verification id in capitals equals the one in lower case', async () => {
  under = await gatewayUnderTest();
  const id = 'ABCDEF00-0000-4000-8000-00000000ABCD';
  await under.start(alice, id);
  await under.start(alice, id.toLowerCase());
  expect(under.texts).toHaveLength(1);
});

test('when Graph throttles the first read, no text is sent and the answer says when to retry', async () => {
  under = await gatewayUnderTest();
  under.tenant.faults.push({ path: 'phoneMethods', times: 1, status: 429, retryAfter: 17 });
  const id = newId();
  const answer = await under.start(alice, id);
  expect([answer.status, answer.problem]).toEqual([503, 'service-unavailable']);
  expect(answer.body.retryAt).toBe(under.clock.time + 17_000);
  expect(answer.headers.get('retry-after')).toBe('17');
  expect(under.texts).toEqual([]);
  expect((await under.start(alice, id)).status).toBe(200);
});

test('a request is logged with its status and the request id of its answer; health checks are not logged', async () => {
  under = await gatewayUnderTest();
  await under.ask(alice, 'GET', '/health');
  await under.ask(alice, 'GET', '/ready');
  const answer = await under.get(alice, newId());
  const requests = under.logs.filter(({ event }) => event === 'request');
  expect(requests).toEqual([
    expect.objectContaining({ method: 'GET', status: 404, requestId: answer.headers.get('request-id') }),
  ]);
});

test('an unknown path is not logged, because it may contain a phone number or a code', async () => {
  under = await gatewayUnderTest();
  for (const path of ['/v1/verifications/+447700900101', '/+447700900101', `/v1/verifications/${newId()}/123456`])
    expect((await under.ask(alice, 'GET', path)).status).toBeGreaterThanOrEqual(400);
  expect(JSON.stringify(under.logs)).not.toMatch(/7700900101|123456/);
});

test('after the gateway closes, /health still answers 200 and /ready answers 503', async () => {
  under = await gatewayUnderTest();
  const { gateway } = under;
  const status = async (path: string) =>
    (await gateway.fetch(new Request(`https://gateway.contoso.example${path}`))).status;
  expect([await status('/health'), await status('/ready')]).toEqual([200, 200]);
  await under.restart();
  expect([await status('/health'), await status('/ready')]).toEqual([200, 503]);
});

test('a wrong method is answered 405 with the allowed ones', async () => {
  under = await gatewayUnderTest();
  const path = `/v1/verifications/${newId()}`;
  const allowed = {
    '/health': 'GET, HEAD',
    '/ready': 'GET, HEAD',
    [path]: 'GET, HEAD, PUT, DELETE',
    [`${path}/resend`]: 'POST',
    [`${path}/confirm`]: 'POST',
  };
  for (const [known, allow] of Object.entries(allowed))
    for (const method of ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH']) {
      const answer = await under.ask(alice, method, known);
      expect([known, method, answer.status === 405]).toEqual([known, method, !allow.split(', ').includes(method)]);
      expect(answer.headers.get('allow')).toBe(answer.status === 405 ? allow : null);
      if (answer.status === 405 && method !== 'HEAD')
        expect([answer.problem, 'allow' in answer.body]).toEqual(['invalid-request', false]);
    }
  expect((await under.ask(alice, 'PATCH', path, undefined, { token: undefined })).status).toBe(401);
  expect((await under.ask(alice, 'PATCH', '/v1/other')).status).toBe(404);
});
