// The Entra backend with the sandbox's Graph and sign-in service.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createEntraDirectory } from '../../../lib/background/graph/directory.ts';
import { createGraphRequest } from '../../../lib/background/graph/request.ts';
import { securityInfoVerifier } from '../../../lib/background/graph/security-info.ts';
import { createTokenNetwork } from '../../../lib/background/network.ts';
import { clouds } from '../../../lib/shared/model/clouds.ts';
import type { IdentityError } from '../../../lib/shared/model/errors.ts';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { type FaultRule, type Sandbox, type Situation, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { Application, graphScope, phoneScope } from '../sandbox/application.ts';
import { type BackendOfEmployee, type BackendUnderTest, describeBackend } from './describe-backend.ts';

const host = clouds.global.graph;
const phoneMethods = '/v1.0/me/authentication/phoneMethods';
const preferences = /\/authentication\/signInPreferences$/;
const clientCapabilities = JSON.stringify({ access_token: { xms_cc: { values: ['cp1'] } } });

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ redirectUris: Object.values(redirectUris) });
});
afterEach(() => sandbox.control.reset());
afterAll(() => sandbox.close());

async function of(situation: Situation, permission: 'phones' | 'all' = 'all'): Promise<BackendOfEmployee> {
  const { control, employees, tenant, requests } = sandbox;
  const employee = employees[situation];
  const application = new Application(sandbox);
  const scope = permission === 'all' ? graphScope : phoneScope;
  let tokens = await application.signIn(employee, {
    scope: `openid offline_access ${scope}`,
    claims: clientCapabilities,
  });
  const directory = createEntraDirectory({
    request: createGraphRequest({
      origin: `https://${host}`,
      network: createTokenNetwork(
        (url, init) => sandbox.fetch(String(url), init),
        async () => ({ cloud: 'global' }),
        scope,
      ),
      accessToken: async () => tokens.access_token,
      async rejected() {
        tokens = await (await application.refresh(tokens.refresh_token, { scope })).json();
        return true;
      },
      now: () => control.clock.now(),
    }),
    objectId: employee.oid,
    preferencesReadable: permission === 'all',
  });
  let counted = 0;
  const hosted = securityInfoVerifier('global');
  return {
    directory,
    ...(hosted ? { hosted } : {}),
    tenantId: tenant.id,
    requestsSince() {
      const all = requests.filter((request) => request.host === host).length;
      const since = all - counted;
      counted = all;
      return since;
    },
  };
}

describeBackend('Entra', true, async () => ({
  of,
  control: sandbox.control,
  requests: {
    reads: { host, method: 'GET', path: phoneMethods },
    writes: { host, path: /(en|dis)ableSmsSignIn$/ },
  },
  phones: (...phones: Parameters<BackendUnderTest['phones']>) => ({
    '@odata.context': `https://${host}/v1.0/$metadata#phoneMethods`,
    value: phones.map(({ id, phoneNumber, type, smsSignIn }) => ({
      id,
      phoneNumber,
      phoneType: type,
      smsSignInState: smsSignIn,
    })),
  }),
}));

test('a claims challenge that the renewed token does not meet needs step-up, with the claims of every header', async () => {
  const encoded = [{ nbf: { value: '1' } }, { acrs: { value: 'c1' } }].map((claims) =>
    Buffer.from(JSON.stringify({ access_token: claims })).toString('base64url'),
  );
  const challenge = encoded.map((claims) => `Bearer realm="", error="insufficient_claims", claims="${claims}"`);
  const headers = { 'www-authenticate': challenge.join(', ') };
  const refusal = sandbox.control.fault({ host, path: phoneMethods, answer: { status: 401, headers } });
  const { directory } = await of('mobileReady');
  const error = await directory.snapshot().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'needs-step-up', details: { status: 401 } });
  expect(JSON.parse((error as IdentityError).claims ?? '')).toEqual({
    access_token: { nbf: { value: '1' }, acrs: { value: 'c1' } },
  });
  expect(refusal.hits).toBe(2);
});

test('other methods are read once per type; methods without sign-in are ignored', async () => {
  const types = ['password', 'email', 'temporaryAccessPass', 'softwareOath', 'hardwareOath', 'fido2', 'phone', 'later'];
  const value = types.map((type) => ({ '@odata.type': `#microsoft.graph.${type}AuthenticationMethod`, id: type }));
  const path = '/v1.0/me/authentication/methods';
  sandbox.control.fault({ host, path, times: 1, answer: { status: 200, body: { value } } });
  const { directory } = await of('mobileReady');
  expect(await directory.otherMethods()).toEqual(['oath', 'other']);
  sandbox.control.fault({ host, path, times: 1, answer: { status: 200, body: { value: [{ id: 'x' }] } } });
  await expect(directory.otherMethods()).rejects.toMatchObject({ kind: 'unexpected-answer' });
});

test.each(['external', 'qrCodePin', 'verifiableCredentials'])(
  'a method of the type %s beside a mobile number is another method (G6)',
  async (type) => {
    const method = { '@odata.type': `#microsoft.graph.${type}AuthenticationMethod`, id: type };
    sandbox.control.addMethod(sandbox.employees.mobileIsOnlyMethod, { lists: ['methods'], method });
    expect(await (await of('mobileIsOnlyMethod')).directory.otherMethods()).toEqual(['other']);
  },
);

describe('a list with several pages (G3)', () => {
  const page = (path: string, nextLink: string) => {
    const value = [{ id: 'one', phoneType: 'mobile', phoneNumber: '+44 7700900982', smsSignInState: 'ready' }];
    sandbox.control.fault({ host, path, answer: { status: 200, body: { value, '@odata.nextLink': nextLink } } });
  };

  test('is read to its end', async () => {
    sandbox.control.setPageSize(1);
    const { directory } = await of('mobileAlternateAndOffice');
    expect((await directory.snapshot()).methods.map(({ type }) => type)).toEqual([
      'mobile',
      'alternateMobile',
      'office',
    ]);
    expect(await directory.otherMethods()).toEqual(['push']);
  });

  test.each([
    'https://graph.contoso.example/v1.0/me/authentication/phoneMethods?$skiptoken=1',
    `http://${host}${phoneMethods}?$skiptoken=1`,
    `https://${host}:8443${phoneMethods}`,
    `https://${host}.contoso.example${phoneMethods}`,
    'https://',
  ])('ends before the link %s, so that the access token stays with Graph', async (nextLink) => {
    page(phoneMethods, nextLink);
    const { directory, requestsSince } = await of('mobileReady', 'phones');
    requestsSince();
    expect((await directory.snapshot()).methods).toMatchObject([{ id: 'one' }]);
    expect(requestsSince()).toBe(1);
  });

  test('that links to itself is read ten times', async () => {
    page(phoneMethods, `https://${host}${phoneMethods}`);
    const { directory, requestsSince } = await of('mobileReady', 'phones');
    requestsSince();
    expect((await directory.snapshot()).methods).toHaveLength(1);
    expect(requestsSince()).toBe(10);
  });

  test('fails as a whole if a later page fails', async () => {
    sandbox.control.setPageSize(1);
    const { directory } = await of('mobileAlternateAndOffice');
    sandbox.control.fault({
      host,
      path: phoneMethods,
      interfere: async (_, send) => {
        const answer = await send();
        return (await answer.clone().text()).includes('alternateMobile') ? new Response('', { status: 503 }) : answer;
      },
    });
    await expect(directory.snapshot()).rejects.toMatchObject({ kind: 'service-unavailable' });
  });
});

describe("Entra's sign-in preferences, a beta resource", () => {
  const answers = (body: unknown, status = 200) =>
    sandbox.control.fault({ host, path: preferences, method: 'GET', answer: { status, body } });
  const read = async () => (await (await of('defaultIsMobileWithAuthenticator')).directory.snapshot()).defaultMethod;

  test('undocumented members are ignored, and an unknown value reads as unknown', async () => {
    answers({ userPreferredMethodForSecondaryAuthentication: 'passkey', secondFactor: { x: [1] } });
    expect(await read()).toEqual({ kind: 'unknown', systemPreferred: false });
  });

  test('an absent and a null value read as none, and the system preference is read', async () => {
    sandbox.control.setDefaultMethod(sandbox.employees.defaultIsMobileWithAuthenticator, undefined);
    expect(await read()).toEqual({ kind: 'none', systemPreferred: false });
    answers({
      userPreferredMethodForSecondaryAuthentication: null,
      isSystemPreferredAuthenticationMethodEnabled: true,
    });
    expect(await read()).toEqual({ kind: 'none', systemPreferred: true });
  });

  test.each<[string, FaultRule]>([
    ...[400, 401, 403, 404, 429, 500, 501, 503].map((status): [string, FaultRule] => [
      `answered with ${status}`,
      { answer: { status } },
    ]),
    [
      'answered with a claims challenge',
      {
        answer: {
          status: 401,
          headers: { 'www-authenticate': `Bearer error="insufficient_claims", claims="${btoa('{}')}"` },
        },
      },
    ],
    ['not JSON', { answer: { status: 200, body: '<html>' } }],
    ['a string', { answer: { status: 200, body: '"sms"' } }],
    ['not answered', { drop: true }],
    ['cut short', { truncate: true }],
  ])('preferences that are %s leave the default method unknown, after one request (G2)', async (_, rule) => {
    const fault = sandbox.control.fault({ host, path: preferences, method: 'GET', ...rule });
    const { directory } = await of('mobileReady');
    const { methods, defaultMethod } = await directory.snapshot();
    expect([methods.length, defaultMethod]).toEqual([1, 'unknown']);
    expect(fault.hits).toBe(1);
  });
});

test.each(['usgov', 'usgovdod', 'china'] as const)('the cloud %s has a Security info page, except china', (cloud) => {
  const url = securityInfoVerifier(cloud)?.url('a tenant & more');
  if (cloud === 'china') expect(url).toBeUndefined();
  else expect(new URL(url ?? '').searchParams.get('tenantId')).toBe('a tenant & more');
});
