import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { causeOf, createOutgoingFetch } from './outgoing.ts';
import { createWebhookSender } from './sms/webhook.ts';
import { alice, gatewayUnderTest, newId } from './testing/gateway-under-test.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const statuses = [300, 301, 302, 303, 307, 308, 399];

for (const status of statuses)
  test(`case 68: an answer ${status} is refused, and its target gets no request`, async () => {
    const paths: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url);
      response.writeHead(status, { location: '/elsewhere' }).end('moved');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/here`;
    // A caller cannot ask for redirects.
    const request = createOutgoingFetch(fetch)(url, { method: 'POST', body: 'secret', redirect: 'follow' });
    await expect(request).rejects.toMatchObject({ name: 'RedirectError', message: `redirect ${status}` });
    expect(paths).toEqual(['/here']);
  });

test.each([200, 204, 299, 400, 401, 503])('an answer %i is returned', async (status) => {
  const answer = new Response(null, { status });
  expect(await createOutgoingFetch(async () => answer)('https://graph.microsoft.com/')).toBe(answer);
});

test('an opaque redirect is refused', async () => {
  const opaque = Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' });
  await expect(createOutgoingFetch(async () => opaque)('https://graph.microsoft.com/')).rejects.toThrow('redirect 0');
});

test('the body of a redirect is discarded, which frees its connection', async () => {
  let isCancelled = false;
  const body = new ReadableStream({
    cancel() {
      isCancelled = true;
    },
  });
  const redirect = async () => new Response(body, { status: 307 });
  await expect(createOutgoingFetch(redirect)('https://graph.microsoft.com/')).rejects.toThrow('redirect 307');
  expect(isCancelled).toBe(true);
});

const redirected = 'https://elsewhere.example/';
const redirect = () => new Response(null, { status: 307, headers: { location: redirected } });

for (const [what, path] of [
  ['the token endpoint', '/oauth2/v2.0/token'],
  ['the keys', '/discovery/v2.0/keys'],
  ['Graph', '/v1.0/'],
] as const)
  test(`case 68: a redirect of ${what} is answered as an outage, and nothing is sent elsewhere`, async () => {
    const under = await gatewayUnderTest();
    closing.push(() => under.end());
    const asked: string[] = [];
    const follow = async (url: string, init?: RequestInit): Promise<Response> => {
      asked.push(url);
      if (!url.includes(path)) return under.tenant.fetch(url, init);
      return init?.redirect === 'manual' ? redirect() : follow(redirected, init);
    };
    under.useFetch((input, init) => follow(String(input), init));
    const answer = await under.start(alice, newId());
    expect([answer.status, answer.problem]).toEqual([503, 'service-unavailable']);
    expect(asked.filter((url) => url.includes(path))).toHaveLength(1);
    expect(asked).not.toContain(redirected);
    expect(under.texts).toEqual([]);
  });

test('case 68: a redirect of the webhook is no acceptance, and the text is not sent elsewhere', async () => {
  const asked: unknown[] = [];
  const send = createWebhookSender(
    { url: 'https://texts.contoso.example/send', secret: 'x'.repeat(32) },
    {
      fetch: async (url, init) => {
        asked.push([url, init?.redirect]);
        return redirect();
      },
      log: () => {},
    },
  );
  expect(await send({ to: '+447700900101', body: 'Hello', id: 'v-1' })).toEqual({ kind: 'unknown' });
  expect(asked).toEqual([['https://texts.contoso.example/send', 'manual']]);
});

test('the cause of a failed request is named without its address', () => {
  const withCause = (cause: unknown) => new TypeError('fetch failed: https://texts.contoso.example', { cause });
  const error = (members: object) => Object.assign(new RangeError('secret'), members);
  expect(causeOf(withCause(error({ code: 'ECONNREFUSED' })))).toBe('ECONNREFUSED');
  expect(causeOf(withCause(error({ code: 7 })))).toBe('RangeError');
  expect(causeOf(withCause(error({})))).toBe('RangeError');
  expect(causeOf(withCause('secret'))).toBe('TypeError');
  expect(causeOf(new DOMException('late', 'TimeoutError'))).toBe('TimeoutError');
  expect(causeOf('secret')).toBe('string');
});
