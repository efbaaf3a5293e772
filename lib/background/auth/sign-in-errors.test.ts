import * as oauth from 'oauth4webapi';
import { describe, expect, test } from 'vitest';
import { IdentityError } from '../../shared/model/errors.ts';
import { errorOfAnswer, errorOfOAuth } from './sign-in-errors.ts';

const answer = (error: string, number?: number) => ({
  error,
  ...(number ? { error_description: `AADSTS${number}: Words for a log of +44 7700900102. Trace ID: 1` } : {}),
  trace_id: 'a-trace',
  correlation_id: 'a-correlation',
});

test.each([
  ['login_required', 50058, 'signed-out'],
  ['invalid_grant', 700084, 'signed-out'],
  ['invalid_grant', 50173, 'signed-out'],
  ['invalid_grant', 65001, 'consent-required'],
  ['access_denied', 65004, 'consent-required'],
  ['access_denied', 90094, 'consent-required'],
  ['invalid_grant', 53003, 'blocked-by-access-policy'],
  ['access_denied', 50105, 'blocked-by-access-policy'],
  ['invalid_request', 50020, 'account-not-allowed'],
  ['invalid_request', 9002326, 'not-configured'],
  ['unauthorized_client', 700016, 'not-configured'],
  ['invalid_tenant', 90002, 'not-configured'],
  ['interaction_required', undefined, 'signed-out'],
  ['interaction_required', 50076, 'signed-out'],
  ['temporarily_unavailable', undefined, 'service-unavailable'],
  ['a_new_error', 1234567, 'unexpected-answer'],
] as const)('the error %s with AADSTS%s is %s', (error, number, kind) => {
  expect(errorOfAnswer(answer(error, number))).toMatchObject({
    kind,
    details: {
      code: number ? `AADSTS${number}` : error,
      requestId: 'a-trace',
      correlationId: 'a-correlation',
    },
  });
});

test('only the error number of a message is kept', () => {
  const error = errorOfAnswer(answer('invalid_grant', 700084), 400);
  expect(JSON.stringify([error.message, error.details])).not.toMatch(/Words|7700900102/);
  expect(error.details).toMatchObject({ status: 400, code: 'AADSTS700084' });
});

test('case 36: claims of the error are kept', () => {
  expect(errorOfAnswer({ ...answer('interaction_required', 50076), claims: '{"access_token":{}}' }).claims).toBe(
    '{"access_token":{}}',
  );
});

describe('case 56: a malformed error response', () => {
  test.each([undefined, null, 7, 'text', [], {}, { error: 7 }, { error: { code: 'x' } }])(
    '%j is an unexpected answer',
    (odd) => {
      expect(errorOfAnswer(odd, 400)).toMatchObject({ kind: 'unexpected-answer', details: { status: 400 } });
    },
  );

  test('with an unknown error and status 429 or 5xx is service-unavailable', () => {
    for (const status of [429, 500, 503]) {
      expect(errorOfAnswer({ error: 'a_new_error' }, status).kind).toBe('service-unavailable');
      expect(errorOfAnswer(undefined, status).kind).toBe('service-unavailable');
    }
  });
});

describe('errorOfOAuth', () => {
  test('returns an IdentityError unchanged', () => {
    const error = new IdentityError('offline');
    expect(errorOfOAuth(error)).toBe(error);
  });

  test.each([
    [500, 'service-unavailable'],
    [429, 'service-unavailable'],
    [404, 'unexpected-answer'],
  ])('maps a response of status %d without JSON to %s', (status, kind) => {
    expect(errorOfOAuth(new Error('no', { cause: new Response('<html>', { status }) }))).toMatchObject({
      kind,
      details: { status },
    });
  });

  test('case 27: keeps the code of an error of the library, and reports any other error as an unexpected answer', () => {
    let refusal: unknown;
    try {
      oauth.validateAuthResponse(
        { issuer: 'https://a.example' },
        { client_id: 'a' },
        new URLSearchParams('state=b'),
        'a',
      );
    } catch (error) {
      refusal = error;
    }
    expect(errorOfOAuth(refusal)).toMatchObject({ kind: 'unexpected-answer', details: { code: expect.any(String) } });
    expect(errorOfOAuth(new TypeError('undefined'))).toMatchObject({ kind: 'unexpected-answer' });
    expect(errorOfOAuth(undefined)).toMatchObject({ kind: 'unexpected-answer' });
  });
});
