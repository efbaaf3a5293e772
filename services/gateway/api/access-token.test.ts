import * as jose from 'jose';
import { afterEach, expect, test, vi } from 'vitest';
import type { GatewayConfiguration } from '../gateway.ts';
import { alice, bob, type GatewayUnderTest, gatewayUnderTest, newId } from '../testing/gateway-under-test.ts';
import { clientId, tenantId } from '../testing/tenant.ts';
import { keysCooldownMs, settingOfVersion } from './token-problem.ts';

let under: GatewayUnderTest;
afterEach(() => under.end());
async function begin(changes: Partial<GatewayConfiguration> = {}) {
  under = await gatewayUnderTest(changes);
  return under;
}
const tokenWith = (claims: Record<string, unknown>, key?: { key?: 'foreign'; algorithm?: string }) =>
  under.tenant.token(alice, claims, key);

test('case 37: tokens of another tenant, audience, issuer, key or time are refused with 401', async () => {
  const { tenant, start, texts } = await begin();
  const seconds = Math.floor(under.clock.time / 1000);
  const wrong = {
    'for Graph': tokenWith({ aud: 'https://graph.microsoft.com' }),
    'for another application': tokenWith({ aud: bob }),
    'of another issuer': tokenWith({ iss: `https://login.microsoftonline.com/${bob}/v2.0` }),
    'of a v1 endpoint': tokenWith({ iss: 'https://sts.windows.net/' }),
    'of another tenant': tokenWith({ tid: bob }),
    'with a path as object id': tokenWith({ oid: '../me' }),
    expired: tokenWith({ iat: seconds - 7200, exp: seconds - 61 }),
    'without expiry': tokenWith({ exp: undefined }),
    'not valid yet': tokenWith({ nbf: seconds + 120 }),
    'signed by a foreign key': tokenWith({}, { key: 'foreign' }),
    'signed with another algorithm': tokenWith({}, { algorithm: 'PS256' }),
    'signed with the public key as a secret': (async () =>
      new jose.SignJWT({ ...jose.decodeJwt(await tenant.token(alice)) })
        .setProtectedHeader({ alg: 'HS256', kid: 'tenant-key' })
        .sign(tenant.signingKey.export({ type: 'spki', format: 'der' })))(),
    unsigned: (async () => new jose.UnsecuredJWT(jose.decodeJwt(await tenant.token(alice))).encode())(),
    none: undefined,
    nonsense: 'abc',
  };
  for (const [what, token] of Object.entries(wrong)) {
    const answer = await start(alice, newId(), {}, { token: await token });
    expect([what, answer.status, answer.problem]).toEqual([what, 401, 'signed-out']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  }
  const valid = await tenant.token(alice);
  for (const authorization of [`DPoP Bearer ${valid}`, `Bearer ${valid} more`, `Bearer ${valid},`, `Basic ${valid}`]) {
    const answer = await under.get(alice, newId(), { token: undefined, headers: { authorization } });
    expect([authorization, answer.problem]).toEqual([authorization, 'signed-out']);
  }
  expect(texts).toEqual([]);
  expect(under.logs.filter(({ event }) => event === 'keys-not-read')).toEqual([]);
  for (const aud of [clientId, `api://${clientId}`])
    expect((await under.get(alice, newId(), { token: await tokenWith({ aud }) })).problem).toBe('not-found');
});

test('case 64: a token with one authentication context may have it as a text', async () => {
  const { start } = await begin();
  expect((await start(alice, newId(), {}, { token: await tokenWith({ acrs: 'c2' }) })).problem).toBe('needs-step-up');
  expect((await start(alice, newId(), {}, { token: await tokenWith({ acrs: 'c1' }) })).status).toBe(200);
});

test('a token without the scope PhoneVerification is not permitted', async () => {
  await begin();
  for (const scp of ['', 'User.Read', 'PhoneVerificationAll']) {
    const refused = await under.start(alice, newId(), {}, { token: await tokenWith({ scp, azp: bob }) });
    expect([refused.problem, refused.body.detail]).toEqual([
      'not-permitted',
      'The access token lacks the scope PhoneVerification.',
    ]);
    expect(under.logs).toContainEqual({ level: 'warn', event: 'scope-refused', client: bob });
    under.logs.length = 0;
  }
  const several = await tokenWith({ scp: 'openid PhoneVerification' });
  expect((await under.start(alice, newId(), {}, { token: several })).status).toBe(200);
});

test('with ALLOWED_CLIENTS, a token of another client is not permitted', async () => {
  await begin({ allowedClients: [bob] });
  const refused = await under.start(alice, newId(), {}, { token: await tokenWith({ azp: alice }) });
  expect([refused.problem, refused.body.detail]).toEqual([
    'not-permitted',
    'The client is not one of ALLOWED_CLIENTS.',
  ]);
  expect(under.logs).toContainEqual({ level: 'warn', event: 'client-refused', client: alice });
  expect((await under.start(alice, newId(), {}, { token: await tokenWith({ azp: bob }) })).status).toBe(200);
});

test.each(['app', 'device', ''])(
  'case 69: a token with idtyp "%s" is refused whatever else it carries',
  async (idtyp) => {
    await begin({ allowedClients: [bob] });
    const token = await tokenWith({ idtyp, azp: bob, acrs: ['c1'], roles: ['PhoneVerification'] });
    const id = newId();
    for (const refused of [await under.start(alice, id, {}, { token }), await under.get(alice, id, { token })])
      expect(refused.problem).toBe('not-permitted');
    expect(under.logs).toContainEqual({ level: 'warn', event: 'application-token-refused', client: bob });
    const user = await tokenWith({ idtyp: 'user', azp: bob });
    expect((await under.start(alice, id, {}, { token: user })).status).toBe(200);
  },
);

test('a confirmed number is written to the account of the access token', async () => {
  await begin();
  const id = newId();
  await under.start(alice, id);
  await under.confirm(alice, id, under.code());
  expect(under.tenant.writes().map(({ path }) => path)).toEqual([`/v1.0/users/${alice}/authentication/phoneMethods`]);
});

test('case 53: without a context, a sign-in is recent for 600 seconds after auth_time and never without that claim', async () => {
  await begin({ authenticationContext: undefined });
  const seconds = Math.floor(under.clock.time / 1000);
  const start = async (auth_time: unknown) =>
    (await under.start(alice, newId(), { number: '+1 206 555 0100' }, { token: await tokenWith({ auth_time }) }))
      .problem;
  expect(await start(seconds - 601)).toBe('needs-step-up');
  expect(under.logs).not.toContainEqual(expect.objectContaining({ level: 'error' }));
  expect(await start(undefined)).toBe('not-configured');
  expect(await start(seconds + 61)).toBe('needs-step-up');
  expect(await start(seconds - 600)).toBeUndefined();
});

test('a token without auth_time is refused as not-configured at the start only, and the missing claim is logged', async () => {
  await begin({ authenticationContext: undefined });
  const id = newId();
  await under.start(alice, id);
  const token = await tokenWith({ auth_time: undefined });
  const refused = await under.start(alice, newId(), {}, { token });
  expect([refused.status, refused.problem, refused.body.claims]).toEqual([500, 'not-configured', undefined]);
  expect(under.logs.filter(({ level }) => level === 'error')).toEqual([
    { level: 'error', event: 'token-without-auth-time', setting: 'optionalClaims.accessToken' },
  ]);
  expect((await under.get(alice, id, { token })).body).toMatchObject({ state: 'sent' });
  expect((await under.confirm(alice, id, under.code(), { token })).body).toMatchObject({ state: 'done' });
  expect(under.texts).toHaveLength(1);
});

test.each(['sts.windows.net', 'sts.chinacloudapi.cn'])(
  'case 70: a version 1.0 token of this tenant from %s is refused as not-configured, and the setting is logged',
  async (host) => {
    await begin();
    const version1 = { iss: `https://${host}/${tenantId}/`, ver: '1.0', aud: `api://${clientId}` };
    const token = await tokenWith(version1);
    for (const refused of [
      await under.start(alice, newId(), {}, { token }),
      await under.get(alice, newId(), { token }),
    ])
      expect([refused.status, refused.problem, refused.body.detail]).toEqual([
        ...[500, 'not-configured'],
        `The access token has version 1.0: ${settingOfVersion}.`,
      ]);
    const entry = { level: 'error', event: 'token-version-1', setting: settingOfVersion };
    expect(under.logs.filter(({ level }) => level === 'error')).toEqual([entry, entry]);
    for (const other of [{ aud: 'https://graph.microsoft.com' }, { tid: bob }, { iss: `https://${host}/${bob}/` }])
      expect((await under.get(alice, newId(), { token: await tokenWith({ ...version1, ...other }) })).problem).toBe(
        'signed-out',
      );
    const foreign = await tokenWith(version1, { key: 'foreign' });
    expect((await under.get(alice, newId(), { token: foreign })).problem).toBe('signed-out');
  },
);

test('case 53: with an authentication context, a new token with it in acrs is recent and its claims are demanded', async () => {
  await begin({ authenticationContext: 'c3' });
  const without = await under.start(alice, newId());
  expect(without.problem).toBe('needs-step-up');
  expect(JSON.parse(without.body.claims)).toEqual({ access_token: { acrs: { essential: true, value: 'c3' } } });
  const old = Math.floor(under.clock.time / 1000) - 601;
  const start = async (claims: Record<string, unknown>) =>
    (await under.start(alice, newId(), { number: '+1 206 555 0100' }, { token: await tokenWith(claims) })).problem;
  expect(await start({ acrs: ['c1'] })).toBe('needs-step-up');
  expect(await start({ acrs: ['c3'], iat: old })).toBe('needs-step-up');
  expect(await start({ acrs: ['c1', 'c3'], auth_time: undefined })).toBeUndefined();
});

test.each(['tid', 'oid', 'scp', 'azp'] as const)(
  'case 70: a token without %s is an error of the operator, named in the log and in the answer',
  async (claim) => {
    await begin({ allowedClients: [bob] });
    const token = await tokenWith({ azp: bob, roles: ['PhoneVerification'], [claim]: undefined });
    const refused = await under.start(alice, newId(), {}, { token });
    expect([refused.status, refused.problem]).toEqual([500, 'not-configured']);
    const errors = under.logs.filter(({ level }) => level === 'error');
    expect(errors).toEqual([{ level: 'error', event: 'token-without-claim', claim, setting: expect.any(String) }]);
    expect(refused.body.detail).toBe(`The access token has no claim ${claim}: ${errors[0]?.setting}.`);
    expect(under.texts).toEqual([]);
  },
);

test('a token of any client needs no azp while every client is accepted', async () => {
  await begin({ allowedClients: undefined });
  expect((await under.start(alice, newId(), {}, { token: await tokenWith({ azp: undefined }) })).status).toBe(200);
});

/** An outage tells when to retry; `undefined`: no outage. */
async function retryAfter(token?: string) {
  const answer = await under.get(alice, newId(), token === undefined ? {} : { token });
  if (answer.problem !== 'service-unavailable') return answer.problem;
  expect(answer.status).toBe(503);
  expect(answer.body.retryAt).toBe(under.clock.time + Number(answer.headers.get('retry-after')) * 1000);
  return Number(answer.headers.get('retry-after'));
}

test('signing keys that cannot be read are answered as an outage with Retry-After, not as an invalid token', async () => {
  await begin();
  for (const fault of [{ status: 500 }, {}, { status: 404 }, { status: 302 }]) {
    under.tenant.faults.push({ path: '/keys', times: 1, ...fault });
    expect(await retryAfter()).toBe(5);
  }
  expect(under.logs.filter(({ event }) => event === 'keys-not-read').map(({ cause }) => cause)).toEqual(
    expect.arrayContaining(['TypeError', 'RedirectError']),
  );
  expect(await retryAfter()).toBe('not-found');
});

test('case 80: a token of a key that is newer than the last read is an outage until the keys can be read again', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  await begin();
  expect(await retryAfter()).toBe('not-found');
  const rotated = await under.tenant.rotateKey();
  const token = await under.tenant.token(alice);
  vi.setSystemTime(keysCooldownMs - 1);
  expect(await retryAfter(token)).toBe(30);
  // The cooldown is over, but the keys cannot be read.
  vi.setSystemTime(keysCooldownMs);
  under.tenant.faults.push({ path: '/keys', times: 1, status: 503 });
  expect(await retryAfter(token)).toBe(5);
  expect(await retryAfter(token)).toBe('not-found');
  // A key that the sign-in service does not know after a new read is no key of the tenant.
  rotated.hide();
  vi.setSystemTime(3 * keysCooldownMs);
  expect(await retryAfter(await under.tenant.token(alice))).toBe('signed-out');
  vi.useRealTimers();
});
