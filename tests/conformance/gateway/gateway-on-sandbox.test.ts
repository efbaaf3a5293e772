// The gateway with the sandbox's sign-in service and Graph over TLS.
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { codeIn } from '../../../scripts/driver/code-in-text.ts';
import type { Challenge, Gateway } from '../../../services/gateway/gateway.ts';
import { configuredRegistration, createSandboxGateway, gatewayHost } from '../../../services/sandbox/gateway.ts';
import { gatewayRoles } from '../../../services/sandbox/login/applications.ts';
import { type Employee, type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { Application, graphScope } from '../sandbox/application.ts';

let sandbox: Sandbox;
let gateway: Gateway;
beforeAll(async () => {
  sandbox = await startSandbox({
    redirectUris: Object.values(redirectUris),
    gatewayRegistration: configuredRegistration,
    extraHosts: { [gatewayHost]: (request) => gateway.fetch(request) },
  });
});
beforeEach(() => {
  gateway = createSandboxGateway(sandbox);
});
afterEach(async () => {
  await gateway.close();
  sandbox.control.reset();
});
afterAll(() => sandbox.close());

/** As after a restart: the policies are read again. */
async function restartGateway(): Promise<void> {
  await gateway.close();
  gateway = createSandboxGateway(sandbox);
}

const id = '1d000000-0000-4000-8000-0000000000aa';
const add = (number: string) => ({ number, type: 'mobile', channel: 'sms', purpose: 'add' });

interface Answer {
  status: number;
  body: Challenge & { type: string; claims: string };
}

const contextClaims = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });

/**
 * Requests to the gateway with the employee's token, redeemed from the refresh token of one sign-in.
 * @param claims that the sign-in and the token ask for
 */
async function asking(
  employee: Employee,
  application = new Application(sandbox),
  claims: string | undefined = contextClaims,
) {
  const parameters = claims ? { claims, prompt: 'login' } : {};
  const signedIn = await application.signIn(employee, parameters);
  const refreshed = await application.refresh(signedIn.refresh_token, {
    scope: `openid profile offline_access ${sandbox.tenant.gateway.scope}`,
    ...(claims ? { claims } : {}),
  });
  const { access_token: token } = (await refreshed.json()) as { access_token: string };
  return async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await sandbox.fetch(`https://${gatewayHost}/v1/verifications/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
}

async function codeFor(employee: Employee): Promise<string> {
  const { body } = await sandbox.handsets.waitForText(employee.mobile);
  return codeIn(body);
}

test('a registered number signs in', async () => {
  const { noPhoneYet } = sandbox.employees;
  const ask = await asking(noPhoneYet);
  const started = await ask('PUT', id, add(noPhoneYet.mobile));
  expect(started.body).toMatchObject({ state: 'sent', sentTo: '+44 •••• 101' });
  const done = await ask('POST', `${id}/confirm`, { code: await codeFor(noPhoneYet) });
  expect(done.body).toMatchObject({ state: 'done', smsSignIn: 'ready' });

  const application = new Application(sandbox);
  const page = await application.visitor.open(application.authorizeUrl());
  const codePage = await application.visitor.submit(page, { userName: noPhoneYet.mobile });
  expect(codePage.text).toContain('autocomplete="one-time-code"');
});

test('the gateway gets its application token by certificate', async () => {
  const { certificatePem, privateKeyPem } = sandbox.tenant.gateway;
  await gateway.close();
  gateway = createSandboxGateway(sandbox, { credential: { kind: 'certificate', certificatePem, privateKeyPem } });
  const { noPhoneYet } = sandbox.employees;
  const ask = await asking(noPhoneYet);
  expect((await ask('PUT', id, add(noPhoneYet.mobile))).status).toBe(200);
});

describe('application permissions', () => {
  const phonePermissions = ['UserAuthMethod-Phone.ReadWrite.All', 'UserAuthenticationMethod.ReadWrite.All'];
  const readPermissions = ['User.Read.All', 'Policy.Read.All'];

  test('are those that the README of the gateway names', () => {
    const readme = readFileSync('services/gateway/README.md', 'utf8');
    const named = new Set([...readme.matchAll(/`([\w-]+(?:\.\w+)+\.All)`/g)].map(([, name]) => name));
    expect([...named].sort()).toEqual([...gatewayRoles].sort());
    expect([...phonePermissions, ...readPermissions].sort()).toEqual([...gatewayRoles].sort());
  });

  test.each(phonePermissions)(
    '%s, User.Read.All and Policy.Read.All suffice to register and change a number',
    async (permission) => {
      const { noPhoneYet } = sandbox.employees;
      const ask = await asking(noPhoneYet);
      sandbox.control.setConsent([permission, ...readPermissions]);
      await restartGateway();
      await ask('PUT', id, add(noPhoneYet.mobile));
      const done = await ask('POST', `${id}/confirm`, { code: await codeFor(noPhoneYet) });
      expect(done.body).toMatchObject({ state: 'done', smsSignIn: 'ready' });
      const another = id.replace('aa', 'bb');
      await ask('PUT', another, { ...add('+44 7700 900190'), purpose: 'change' });
      const text = await sandbox.handsets.waitForText('+44 7700 900190');
      expect((await ask('POST', `${another}/confirm`, { code: codeIn(text.body) })).body.state).toBe('done');
    },
  );

  test.each([
    [[...phonePermissions, 'Policy.Read.All']],
    [[...phonePermissions, 'User.Read.All']],
    [readPermissions],
    [['Directory.Read.All', 'Policy.Read.All', ...phonePermissions]],
  ])('%j do not suffice to send a text', async (permissions) => {
    const { noPhoneYet } = sandbox.employees;
    const ask = await asking(noPhoneYet);
    sandbox.control.setConsent(permissions);
    await restartGateway();
    expect((await ask('PUT', id, add(noPhoneYet.mobile))).status).toBeGreaterThanOrEqual(400);
    expect(sandbox.handsets.texts(noPhoneYet.mobile)).toEqual([]);
  });
});

test("a colleague's sign-in name is saved, and the conflict is told after the code", async () => {
  const { noPhoneYet, mobileReady } = sandbox.employees;
  const ask = await asking(noPhoneYet);
  expect((await ask('PUT', id, add(mobileReady.mobile))).body.state).toBe('sent');
  const done = await ask('POST', `${id}/confirm`, { code: await codeFor(mobileReady) });
  expect(done.body).toMatchObject({ state: 'done', smsSignIn: 'phoneNumberNotUnique' });
});

test('a change sends a notice to the old number', async () => {
  const { mobileReady, noPhoneYet } = sandbox.employees;
  const ask = await asking(mobileReady);
  await ask('PUT', id, { ...add('+44 7700 900190'), purpose: 'change' });
  const text = await sandbox.handsets.waitForText('+44 7700 900190');
  const done = await ask('POST', `${id}/confirm`, { code: codeIn(text.body) });
  expect(done.body.state).toBe('done');
  expect((await sandbox.handsets.waitForText(mobileReady.mobile)).body).toContain('was changed to another number');
  expect(sandbox.handsets.texts(noPhoneYet.mobile)).toEqual([]);
});

test('an old sign-in gets needs-step-up, and a sign-in with its claims succeeds', async () => {
  const { noPhoneYet } = sandbox.employees;
  const application = new Application(sandbox);
  const early = await asking(noPhoneYet, application);
  sandbox.control.clock.advance(11 * 60_000);
  const refused = await early('PUT', id, add(noPhoneYet.mobile));
  expect([refused.status, refused.body.type]).toEqual([401, 'urn:phone-sign-in:problem:needs-step-up']);
  const fresh = await asking(noPhoneYet, application, refused.body.claims);
  expect((await fresh('PUT', id, add(noPhoneYet.mobile))).status).toBe(200);
});

test('case 64: with an authentication context, its claims demand a second factor, and the token that is requested with them is accepted', async () => {
  const { noPhoneYet } = sandbox.employees;
  const plain = await asking(noPhoneYet, new Application(sandbox), '');
  const refused = await plain('PUT', id, add(noPhoneYet.mobile));
  expect([refused.status, refused.body.type]).toEqual([401, 'urn:phone-sign-in:problem:needs-step-up']);
  const { claims } = refused.body;
  expect(
    (await (await asking(noPhoneYet, new Application(sandbox), claims))('PUT', id, add(noPhoneYet.mobile))).status,
  ).toBe(200);
});

describe('case 64: a password alone', () => {
  const unasked = JSON.stringify({ access_token: { acrs: { value: 'c1' } } });
  const ready = async () => (await gateway.fetch(new Request(`https://${gatewayHost}/ready`))).status;
  beforeEach(() => sandbox.control.setSecondFactorPolicy('on-demand'));

  test('gets no token with the context, and without it no text', async () => {
    const { mobileReady } = sandbox.employees;
    const application = new Application(sandbox);
    const { refresh_token } = await application.signIn(mobileReady);
    const scope = `openid profile offline_access ${sandbox.tenant.gateway.scope}`;
    const silent = await application.refresh(refresh_token, { scope, claims: contextClaims });
    expect([silent.status, await silent.json()]).toMatchObject([400, { error: 'interaction_required' }]);
    const page = await application.visitor.open(application.authorizeUrl({ claims: contextClaims, prompt: 'login' }));
    const { password, userName } = mobileReady;
    await application.visitor.submit(page, { userName });
    expect((await application.visitor.submit(page, { password })).text).toContain('id="second-factor"');

    const ask = await asking(mobileReady, new Application(sandbox), '');
    const refused = await ask('PUT', id, { ...add('+44 7700 900190'), purpose: 'change' });
    expect([refused.status, refused.body.type]).toEqual([401, 'urn:phone-sign-in:problem:needs-step-up']);
    expect(sandbox.handsets.texts('+44 7700 900190')).toEqual([]);
  });

  test.each(['report-only', 'none'] as const)(
    'is refused when the policy of the context is %s, although the token has the context',
    async (state) => {
      sandbox.control.setContextPolicy(state);
      await restartGateway();
      const { noPhoneYet } = sandbox.employees;
      const ask = await asking(noPhoneYet, new Application(sandbox), unasked);
      const { body } = await ask('PUT', id, add(noPhoneYet.mobile));
      expect(body.type).toBe('urn:phone-sign-in:problem:not-configured');
      expect(sandbox.handsets.texts(noPhoneYet.mobile)).toEqual([]);
      expect(await ready()).toBe(503);
    },
  );

  test('is refused within an hour after the policy was turned off, and accepted again after it is on', async () => {
    const { noPhoneYet } = sandbox.employees;
    await (await asking(noPhoneYet))('PUT', id, add(noPhoneYet.mobile));
    expect(await ready()).toBe(200);
    sandbox.control.setContextPolicy('none');
    sandbox.control.clock.advance(60 * 60_000);
    const another = id.replace('aa', 'bb');
    const late = await asking(noPhoneYet, new Application(sandbox), unasked);
    const started = await late('PUT', another, add(noPhoneYet.mobile));
    const confirmed = await late('POST', `${id}/confirm`, { code: '123456' });
    for (const { body } of [started, confirmed]) expect(body.type).toMatch(/:not-configured$/);
    sandbox.control.setContextPolicy('on');
    sandbox.control.clock.advance(60_000);
    expect((await (await asking(noPhoneYet))('PUT', another, add(noPhoneYet.mobile))).status).toBe(200);
  });

  test('of a user whom the policy excludes is refused, and others are served', async () => {
    const { noPhoneYet, mobileReady } = sandbox.employees;
    sandbox.control.excludeFromContexts(noPhoneYet);
    await restartGateway();
    const ask = await asking(noPhoneYet, new Application(sandbox), unasked);
    expect((await ask('PUT', id, add(noPhoneYet.mobile))).body.type).toBe('urn:phone-sign-in:problem:not-permitted');
    expect(sandbox.handsets.texts(noPhoneYet.mobile)).toEqual([]);
    const other = await asking(mobileReady);
    expect((await other('PUT', id, { ...add('+44 7700 900190'), purpose: 'change' })).status).toBe(200);
  });
});

test('a token for Graph and a directory role are refused, and a write that Graph throttles is repeated', async () => {
  const { noPhoneYet } = sandbox.employees;
  const application = new Application(sandbox);
  const graphToken = (await application.signIn(noPhoneYet, { scope: `openid profile offline_access ${graphScope}` }))
    .access_token;
  const wrongAudience = await sandbox.fetch(`https://${gatewayHost}/v1/verifications/${id}`, {
    headers: { authorization: `Bearer ${graphToken}` },
  });
  expect(wrongAudience.status).toBe(401);

  const ask = await asking(noPhoneYet);
  sandbox.control.setMemberships(noPhoneYet, { directoryRoles: ['0d000000-0000-4000-8000-000000000001'] });
  expect((await ask('PUT', id, add(noPhoneYet.mobile))).body.type).toBe('urn:phone-sign-in:problem:not-permitted');
  sandbox.control.setMemberships(noPhoneYet, {});

  await ask('PUT', id, add(noPhoneYet.mobile));
  const outage = sandbox.control.fault({
    host: 'graph.microsoft.com',
    method: 'POST',
    throttle: { retryAfter: 5 },
    times: 1,
  });
  const code = await codeFor(noPhoneYet);
  expect((await ask('POST', `${id}/confirm`, { code })).body.state).toBe('writing');
  expect(outage.hits).toBe(1);
  sandbox.control.clock.advance(5000);
  expect((await ask('GET', id)).body.state).toBe('done');
});
