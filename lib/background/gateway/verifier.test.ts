import { expect, test } from 'vitest';
import type { IdentityError } from '../../shared/model/errors.ts';
import { createGatewayVerifier } from './verifier.ts';

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
  await verifier.resend(id);
  await verifier.get(id);
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
