import { describe, expect, test } from 'vitest';
import type { IdentityError } from '../../shared/model/errors.ts';
import { createGatewayVerifier, isGateway } from './verifier.ts';

const id = '0b0b0b0b-1111-4222-8333-444444444444';
const requestId = '5c5c5c5c-1111-4222-8333-444444444444';
const challenge = {
  ...{ id, state: 'sent', sentTo: '+44 •••• 982', codeLength: 6, attemptsLeft: 5 },
  ...{ sentAt: 1_000, expiresAt: 2_000, resendAt: 1_500, now: 1_000 },
};

/** A verifier whose gateway answers everything with the body. */
function answered(body: object, init: ResponseInit = {}) {
  const requestIds: string[] = [];
  const verifier = createGatewayVerifier({
    origin: 'https://gateway.contoso.example',
    network: async () => Response.json(body, init),
    accessToken: async () => 'token',
    rejected: async () => false,
    now: () => 1_000,
    changed: async (each) => void requestIds.push(each),
  });
  return { verifier, requestIds };
}
const thrownBy = async (answer: Promise<unknown>) =>
  (await answer.then(
    () => undefined,
    (error: unknown) => error,
  )) as IdentityError;

test.each([
  ['+44 •••• 982', '+44 •••• 982'],
  ['+44 7700900982', '+44 •••• 982'],
  ['+44 7700 900982', '+44 •••• 982'],
  ['+447700900982', '•••• 982'],
  ['07700 900982', '•••• 982'],
  ['+44 ٧٧٠٠٩٠٠982', '+44 •••• 982'],
  ['your phone +44 7700 900982', '•••• 982'],
])('case 73: a gateway that answers with the number %s has it masked as %s', async (sentTo, masked) => {
  const { verifier } = answered({ ...challenge, sentTo });
  for (const answer of [verifier.get(id), verifier.resend(id), verifier.confirm(id, '123456')]) {
    expect((await answer).sentTo).toBe(masked);
  }
});

test.each([
  ['+447700900982', []],
  ['', []],
  [`${requestId}, +447700900982`, []],
  [requestId, [requestId]],
])('case 73: of the request ids only a GUID is stored: %j', async (header, stored) => {
  const { verifier, requestIds } = answered(challenge, { headers: header ? { 'request-id': header } : {} });
  await verifier.get(id);
  expect(requestIds).toEqual([]);
  await verifier.resend(id);
  expect(requestIds).toEqual(stored);
  const failing = answered(
    { type: 'urn:phone-sign-in:problem:wrong-code', now: 1_000 },
    {
      status: 422,
      headers: header ? { 'request-id': header } : {},
    },
  );
  const error = await thrownBy(failing.verifier.confirm(id, '123456'));
  expect(error.details.requestId).toBe(stored[0]);
});

test.each([
  ['wrong-code', 'wrong-code', 'wrong-code'],
  ['not-a-kind-we-know', 'not-a-kind-we-know', 'unexpected-answer'],
  ['+447700900982', undefined, 'unexpected-answer'],
  ['code 123456', undefined, 'unexpected-answer'],
  [`${'a'.repeat(40)}`, 'a'.repeat(40), 'unexpected-answer'],
  [`${'a'.repeat(41)}`, undefined, 'unexpected-answer'],
  ['', undefined, 'unexpected-answer'],
])('case 73: of the problem %j the code is stored as %j', async (problem, code, kind) => {
  const { verifier } = answered({ type: `urn:phone-sign-in:problem:${problem}`, now: 1_000 }, { status: 422 });
  const { details } = await thrownBy(verifier.confirm(id, '123456'));
  expect(details).toEqual({ at: 1_000, kind, status: 422, ...(code ? { code } : {}) });
});

test.each([
  [0, 0],
  [100, 100],
  [101, undefined],
  [-1, undefined],
  [1.5, undefined],
  [447700900982, undefined],
])('case 73: %d attempts left are read as %s', async (attemptsLeft, read) => {
  const refused = answered({ type: 'urn:phone-sign-in:problem:wrong-code', now: 1_000, attemptsLeft }, { status: 422 });
  expect((await thrownBy(refused.verifier.confirm(id, '123456'))).details.attemptsLeft).toBe(read);
  const { verifier } = answered({ ...challenge, attemptsLeft });
  const answer = await verifier.get(id).catch(() => undefined);
  expect(answer?.attemptsLeft).toBe(read);
});

test.each([
  ['fast', 5_000, -4_000],
  ['slow', 400, 600],
  ['right', 1_000, 0],
])('case 73: the times of a gateway whose clock is %s are read by the local clock', async (_, gatewayNow, skew) => {
  const error = { kind: 'number-in-use', at: 1_700 };
  const { verifier } = answered({ ...challenge, state: 'failed', now: gatewayNow, error });
  expect(await verifier.get(id)).toEqual({
    ...{ id, state: 'failed', sentTo: '+44 •••• 982', codeLength: 6, attemptsLeft: 5 },
    ...{ sentAt: 1_000 + skew, expiresAt: 2_000 + skew, resendAt: 1_500 + skew },
    error: { kind: 'number-in-use', at: 1_700 + skew },
  });
});

test.each(['sent', 'confirmed', 'writing', 'done', 'failed'])(
  'case 73: a challenge that is %s has only its known members',
  async (state) => {
    const { verifier } = answered({ ...challenge, state, number: '+447700900982' });
    const { now: _, ...known } = challenge;
    expect(await verifier.get(id)).toEqual({ ...known, state });
  },
);

test('case 73: an error of a kind that is not known has no text of the gateway', async () => {
  const { verifier } = answered({ ...challenge, error: { kind: '+447700900982', at: 1_000, text: 'x' } });
  expect((await verifier.get(id)).error).toEqual({ kind: 'unexpected-answer', at: 1_000 });
});

test.each<[string, object, boolean]>([
  ['an id that is none', { id: '7' }, false],
  ['a state of a newer version', { state: 'paused' }, false],
  ['a text of 40 characters', { sentTo: 'x'.repeat(40) }, true],
  ['a text of 41 characters', { sentTo: 'x'.repeat(41) }, false],
  ['a code of one digit', { codeLength: 1 }, true],
  ['a code of no digit', { codeLength: 0 }, false],
  ['a code of 12 digits', { codeLength: 12 }, true],
  ['a code of 13 digits', { codeLength: 13 }, false],
  ['a half digit', { codeLength: 5.5 }, false],
  ['the first time', { sentAt: 0 }, true],
  ['a time before 1970', { sentAt: -1 }, false],
  ['half a millisecond', { resendAt: 0.5 }, false],
  ['a text as time', { expiresAt: '1' }, false],
  ['no clock', { now: undefined }, false],
  ['an error that is a text', { error: 'number-in-use' }, false],
])('case 73: a challenge with %s', async (_, change, isRead) => {
  const { verifier } = answered({ ...challenge, ...change }, { status: 203 });
  const error = await thrownBy(verifier.get(id));
  expect(error === undefined).toBe(isRead);
  if (!isRead) expect(error.details).toMatchObject({ kind: 'unexpected-answer', status: 203 });
});

test('the requests name the challenge and have the token', async () => {
  const sent: [method: string | undefined, url: string, headers: HeadersInit | undefined, body: unknown][] = [];
  const origin = 'https://gateway.contoso.example';
  const verifier = createGatewayVerifier({
    origin,
    network: async (url, init) => {
      sent.push([init?.method, url, init?.headers, init?.body]);
      return Response.json(challenge, { headers: { 'request-id': requestId } });
    },
    accessToken: async () => 'token',
    rejected: async () => false,
    now: () => 1_000,
  });
  await verifier.start(id, { phoneNumber: '+447700900982', type: 'mobile', purpose: 'add' });
  await verifier.get(id);
  await verifier.resend(id);
  await verifier.confirm(id, '123456');
  await verifier.cancel(id);
  const authorization = 'Bearer token';
  const json = { authorization, 'content-type': 'application/json' };
  const url = `${origin}/v1/verifications/${id}`;
  expect(sent).toEqual([
    ['PUT', url, json, '{"number":"+447700900982","type":"mobile","channel":"sms","purpose":"add"}'],
    ['GET', url, { authorization }, undefined],
    ['POST', `${url}/resend`, { authorization }, undefined],
    ['POST', `${url}/confirm`, json, '{"code":"123456"}'],
    ['DELETE', url, { authorization }, undefined],
  ]);
});

describe('an address', () => {
  const problem = (type: string, status: number) => async () =>
    Response.json({ type: `urn:phone-sign-in:problem:${type}`, now: 1_000 }, { status });
  test.each<[string, boolean, () => Promise<Response>]>([
    ['whose answer asks for a sign-in is a gateway', true, problem('signed-out', 401)],
    ['with another problem is none', false, problem('not-found', 404)],
    ['of a web page is none', false, async () => new Response('<html>', { status: 200 })],
  ])('%s', async (_, is, network) => {
    expect(await isGateway('https://gateway.contoso.example', network)).toBe(is);
  });

  test('that does not answer now may be a gateway', async () => {
    const error = await thrownBy(isGateway('https://gateway.contoso.example', problem('signed-out', 503)));
    expect(error.kind).toBe('service-unavailable');
  });
});
