import * as oauth from 'oauth4webapi';
import { describe, expect, test } from 'vitest';
import { type ErrorKind, IdentityError } from '../../shared/model/errors.ts';
import { errorOfAnswer, errorOfInteractive, errorOfOAuth, errorOfWindow } from './sign-in-errors.ts';

const answer = (error: string, number?: number) => ({
  error,
  ...(number ? { error_description: `AADSTS${number}: Words for a log of +44 7700900102. Trace ID: 1` } : {}),
  trace_id: 'a-trace',
  correlation_id: 'a-correlation',
});

test.each<[string, number | undefined, ErrorKind]>([
  ['login_required', 50058, 'signed-out'],
  ['invalid_grant', 700084, 'signed-out'],
  ['invalid_grant', 50173, 'signed-out'],
  ['interaction_required', undefined, 'signed-out'],
  ['interaction_required', 50076, 'signed-out'],
  ['invalid_grant', 65001, 'consent-required'],
  ['access_denied', 90094, 'consent-required'],
  ['access_denied', 90095, 'consent-required'],
  ['consent_required', undefined, 'consent-required'],
  ['access_denied', 65004, 'sign-in-not-finished'],
  ['consent_required', 65004, 'sign-in-not-finished'],
  ['invalid_grant', 500121, 'sign-in-not-finished'],
  ['invalid_grant', 53003, 'blocked-by-access-policy'],
  ['interaction_required', 53004, 'blocked-by-access-policy'],
  ['interaction_required', 53011, 'blocked-by-access-policy'],
  ['access_denied', 500021, 'blocked-by-access-policy'],
  ['access_denied', 500213, 'blocked-by-access-policy'],
  ['interaction_required', 530003, 'blocked-by-access-policy'],
  ['invalid_grant', 530021, 'blocked-by-access-policy'],
  ['invalid_grant', 530032, 'blocked-by-access-policy'],
  ['invalid_grant', 530036, 'blocked-by-access-policy'],
  ['access_denied', 50105, 'blocked-by-access-policy'],
  ['access_denied', 501051, 'blocked-by-access-policy'],
  ['invalid_request', 50020, 'account-not-allowed'],
  ['invalid_request', 90072, 'account-not-allowed'],
  ['invalid_grant', 51004, 'account-not-allowed'],
  ['invalid_grant', 50034, 'account-not-allowed'],
  ['interaction_required', 16000, 'account-not-allowed'],
  ['interaction_required', 16003, 'account-not-allowed'],
  ['interaction_required', 160021, 'account-not-allowed'],
  ['invalid_request', 9002326, 'not-configured'],
  ['invalid_request', 9002327, 'not-configured'],
  ['invalid_request', 28000, 'not-configured'],
  ['invalid_request', 50011, 'not-configured'],
  ['invalid_resource', 500011, 'not-configured'],
  ['invalid_request', 500014, 'not-configured'],
  ['invalid_request', 50001, 'not-configured'],
  ['invalid_request', 650052, 'not-configured'],
  ['invalid_request', 650053, 'not-configured'],
  ['invalid_request', 650056, 'not-configured'],
  ['invalid_request', 650057, 'not-configured'],
  ['invalid_request', 65005, 'not-configured'],
  ['invalid_grant', 70011, 'not-configured'],
  ['invalid_scope', 70011, 'not-configured'],
  ['invalid_request', 7000218, 'not-configured'],
  ['invalid_client', undefined, 'not-configured'],
  ['unauthorized_client', 700016, 'not-configured'],
  ['invalid_tenant', 90002, 'not-configured'],
  ['invalid_request', 90038, 'not-configured'],
  ['temporarily_unavailable', undefined, 'service-unavailable'],
  ['server_error', 1234567, 'service-unavailable'],
  ['invalid_request', 90033, 'service-unavailable'],
  ['invalid_request', 90024, 'service-unavailable'],
  ['invalid_grant', 50033, 'service-unavailable'],
  ['a_new_error', 1234567, 'unexpected-answer'],
  ['access_denied', 5300, 'unexpected-answer'],
  ['access_denied', 653003, 'unexpected-answer'],
])('the error %s with AADSTS%s is %s (S8 to S11, S21)', (error, number, kind) => {
  const details = {
    code: number ? `AADSTS${number}` : error,
    requestId: 'a-trace',
    correlationId: 'a-correlation',
  };
  expect(errorOfAnswer(answer(error, number))).toMatchObject({ kind, details });
  if (!number) return;
  const withoutDescription = { ...answer(error), error_codes: [number] };
  expect(errorOfAnswer(withoutDescription)).toMatchObject({ kind, details });
});

test.each<[Record<string, string>, ErrorKind]>([
  [{ error: 'invalid_grant', suberror: 'message_only' }, 'blocked-by-access-policy'],
  [{ error: 'unauthorized_client', suberror: 'protection_policy_required' }, 'blocked-by-access-policy'],
  [{ error: 'invalid_grant', suberror: 'consent_required' }, 'consent-required'],
  [{ error: 'a_new_error', suberror: 'basic_action' }, 'signed-out'],
  [{ error: 'a_new_error', suberror: 'bad_token' }, 'signed-out'],
  [{ error: 'access_denied', error_subcode: 'cancel' }, 'sign-in-not-finished'],
  [{ error: 'access_denied', error_subcode: 'cancel', error_description: 'AADSTS90094: x' }, 'consent-required'],
  [{ error: 'access_denied', error_subcode: 'another' }, 'unexpected-answer'],
])('the answer %j is %s (S19)', (refusal, kind) => {
  expect(errorOfAnswer(refusal).kind).toBe(kind);
});

test.each([
  ['consent_required', 65001],
  ['access_denied', 50105],
  ['invalid_client', 700016],
])('a claims challenge with %s and AADSTS%s needs a sign-in with its claims', (error, number) => {
  expect(errorOfAnswer({ ...answer(error, number), claims: '{"access_token":{}}' })).toMatchObject({
    kind: 'signed-out',
    claims: '{"access_token":{}}',
  });
});

test('claims beside message_only are no challenge, because no sign-in resolves the condition', () => {
  const refusal = { ...answer('invalid_grant', 53003), suberror: 'message_only', claims: '{"access_token":{}}' };
  const error = errorOfAnswer(refusal, 400);
  expect(error).toMatchObject({ kind: 'blocked-by-access-policy', details: { code: 'AADSTS53003' } });
  expect(error.claims).toBeUndefined();
});

test('an answer is read without its members of the wrong type', () => {
  const odd = { suberror: 7, error_subcode: [], error_codes: 'x', trace_id: {}, correlation_id: null, claims: 7 };
  const error = errorOfAnswer({ error: 'invalid_grant', error_description: 'AADSTS53003: x', ...odd });
  expect(error.details).toEqual({ kind: 'blocked-by-access-policy', at: expect.any(Number), code: 'AADSTS53003' });
  expect(error.claims).toBeUndefined();
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
  const now = Date.UTC(2026, 0, 5, 12);

  test('returns an IdentityError unchanged', async () => {
    const error = new IdentityError('offline');
    expect(await errorOfOAuth(error, now)).toBe(error);
  });

  test.each([
    [500, 'service-unavailable'],
    [429, 'service-unavailable'],
    [404, 'unexpected-answer'],
  ])('maps a response of status %d without JSON to %s', async (status, kind) => {
    const thrown = await refused(new Response('<html>', { status }));
    expect(await errorOfOAuth(thrown, now)).toMatchObject({ kind, details: { status } });
  });

  test.each([
    [400, { 'retry-after': '900' }, undefined],
    [429, { 'retry-after': '900' }, now + 900_000],
    [503, { 'retry-after': new Date(now + 60_000).toUTCString() }, now + 60_000],
    [503, { 'retry-after': '99999999999' }, now + 3_600_000],
    [503, { 'retry-after': 'soon' }, undefined],
    [503, {}, undefined],
  ])('S12: names the time of the next attempt for status %d with the headers %j', async (status, headers, retryAt) => {
    const body = JSON.stringify(answer('invalid_grant', 50196));
    const thrown = await refused(
      new Response(body, { status, headers: { 'content-type': 'application/json', ...headers } as HeadersInit }),
    );
    const { details } = await errorOfOAuth(thrown, now);
    expect(details).toMatchObject({
      kind: status === 400 ? 'signed-out' : 'service-unavailable',
      code: 'AADSTS50196',
      status,
    });
    expect(details.retryAt).toBe(retryAt);
  });

  test('keeps the number in the body of a response with a challenge', async () => {
    const headers = { 'content-type': 'application/json', 'www-authenticate': 'Bearer realm=""' };
    const thrown = await refused(
      new Response(JSON.stringify(answer('invalid_client', 700016)), { status: 401, headers }),
    );
    expect(await errorOfOAuth(thrown, now)).toMatchObject({
      kind: 'not-configured',
      details: { code: 'AADSTS700016', status: 401 },
    });
  });

  test('case 27: keeps the code of an error of the library', async () => {
    const thrown = await thrownBy(() =>
      oauth.validateAuthResponse(
        { issuer: 'https://a.example' },
        { client_id: 'a' },
        new URLSearchParams('state=b'),
        'a',
      ),
    );
    expect(await errorOfOAuth(thrown, now)).toMatchObject({
      kind: 'unexpected-answer',
      details: { code: expect.stringMatching(/^OAUTH_/) },
    });
  });

  test('turns any other exception into an internal error with its cause', async () => {
    const misuse = await thrownBy(() =>
      oauth.validateAuthResponse({ issuer: '' }, { client_id: 'a' }, new URLSearchParams()),
    );
    for (const thrown of [misuse, new TypeError('undefined'), undefined]) {
      const error = await errorOfOAuth(thrown, now);
      expect(error.kind).toBe('internal-error');
      expect(error.cause).toBe(thrown);
    }
  });

  const thrownBy = async (act: () => unknown) => {
    try {
      await act();
    } catch (error) {
      return error;
    }
    throw new Error('Nothing was thrown.');
  };

  const refused = (response: Response) =>
    thrownBy(() => oauth.processRefreshTokenResponse({ issuer: 'https://a.example' }, { client_id: 'a' }, response));
});

test.each([
  ['Authorization page could not be loaded.', 'sign-in-page-not-loaded'],
  ['Authorization page load timed out.', 'sign-in-page-not-loaded'],
  ['Only one web auth flow is allowed at a time.', 'sign-in-window-open'],
  ['Did not redirect to the right URL.', 'not-configured'],
  ['redirect_uri not allowed', 'not-configured'],
  ["Couldn't create a browser window to display an authorization page.", 'interrupted'],
  ['The user did not approve access.', 'sign-in-not-finished'],
  ['User cancelled or denied access.', 'sign-in-not-finished'],
])('the message "%s" of the browser is %s', (message, kind) => {
  expect(errorOfWindow(new Error(message)).kind).toBe(kind);
});

test.each([
  ['50072', 'second-method-required'],
  ['50079', 'second-method-required'],
  ['50076', 'signed-out'],
  ['500121', 'sign-in-not-finished'],
])('AADSTS%s of a sign-in window is %s', (number, kind) => {
  const answer = { error: 'interaction_required', error_description: `AADSTS${number}: (text)` };
  const { details } = errorOfInteractive(errorOfAnswer(answer));
  expect(details).toMatchObject({ kind, code: `AADSTS${number}` });
});
