// The switch `fail-sign-ins` changes the answer in each place, and `reset` restores it.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import {
  placesOf,
  type SignInFailureName,
  type SignInPlace,
  signInFailures,
} from '../../../services/sandbox/login/sign-in-failures.ts';
import { type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { Application } from './application.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ redirectUris: Object.values(redirectUris) });
});
afterEach(() => sandbox.control.reset());
afterAll(() => sandbox.close());

const names = Object.keys(signInFailures) as SignInFailureName[];

interface Answer {
  status: number;
  retryAfter: string | null;
  body: Record<string, unknown>;
}

const ofRedirect = (answer: URLSearchParams): Answer => ({
  status: 302,
  retryAfter: null,
  body: Object.fromEntries(answer),
});
const ofResponse = async (response: Response): Promise<Answer> => ({
  status: response.status,
  retryAfter: response.headers.get('retry-after'),
  body: (await response.json()) as Record<string, unknown>,
});

/** Signs in and sends a request at the place, with the switch turned on just before. */
async function requestAt(place: SignInPlace, turnOn: () => void): Promise<Answer> {
  const application = new Application(sandbox);
  const { mobileReady } = sandbox.employees;
  if (place === 'authorize') {
    turnOn();
    return ofRedirect(await application.authorize(mobileReady));
  }
  const answer = await application.authorize(mobileReady);
  if (place === 'code') {
    turnOn();
    return ofResponse(await application.redeem(answer));
  }
  const tokens = (await (await application.redeem(answer)).json()) as { refresh_token: string };
  turnOn();
  if (place === 'silent') return ofRedirect(await application.authorizeSilently());
  return ofResponse(await application.refresh(tokens.refresh_token));
}

test.each<[SignInPlace, Record<string, unknown>]>([
  ['authorize', { code: expect.any(String), state: 'a-state' }],
  ['silent', { code: expect.any(String), state: 'a-state' }],
  ['code', { access_token: expect.any(String) }],
  ['refresh', { access_token: expect.any(String) }],
])('at %s each named failure is the answer, until reset', async (place, success) => {
  for (const family of names.filter((name) => placesOf(name).includes(place))) {
    const row: { aadsts: number; suberror?: string; error_subcode?: string; claims?: string; error: unknown } & {
      status?: number;
      retryAfter?: number;
    } = signInFailures[family];
    const { status, retryAfter, body } = await requestAt(place, () =>
      sandbox.control.failSignIns({ where: place, family }),
    );
    const isToken = place === 'code' || place === 'refresh';
    expect(status, family).toBe(isToken ? (row.status ?? 400) : 302);
    expect(retryAfter, family).toBe(isToken && row.retryAfter ? String(row.retryAfter) : null);
    expect(body, family).toMatchObject({
      error: Array.isArray(row.error) ? row.error[isToken ? 1 : 0] : row.error,
      ...(row.aadsts ? { error_description: expect.stringContaining(`AADSTS${row.aadsts}: `) } : {}),
      ...(row.aadsts && isToken ? { error_codes: [row.aadsts] } : {}),
      ...(isToken ? { trace_id: expect.any(String), correlation_id: expect.any(String) } : { state: 'a-state' }),
    });
    for (const member of ['suberror', 'error_subcode', 'claims'] as const) expect(body[member]).toBe(row[member]);
    expect(body).not.toHaveProperty('code');
    sandbox.control.reset();
    expect((await requestAt(place, () => {})).body, family).toMatchObject(success);
    sandbox.control.reset();
  }
});

test('a failure in one place does not change the answers in the others', async () => {
  const { mobileReady } = sandbox.employees;
  sandbox.control.failSignIns({ where: 'silent', family: 'no-session' });
  const application = new Application(sandbox);
  const { refresh_token: refreshToken } = await application.signIn(mobileReady);
  expect((await application.refresh(refreshToken)).status).toBe(200);
  expect((await application.authorizeSilently()).get('error')).toBe('login_required');
  expect((await application.visitor.open(application.authorizeUrl())).url.searchParams.has('code')).toBe(true);
});

test('a failure that Entra does not answer with in that place is refused', () => {
  expect(() => sandbox.control.failSignIns({ where: 'refresh', family: 'cancelled' })).toThrow('cancelled');
  expect(() => sandbox.control.failSignIns({ where: 'authorize', family: 'throttled' })).toThrow('throttled');
});
