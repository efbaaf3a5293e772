// The claims of access tokens, which the app registration of the resource decides.
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { configuredRegistration } from '../../../services/sandbox/gateway.ts';
import { type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { Application, graphScope, type Tokens } from './application.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ redirectUris: Object.values(redirectUris) });
});
afterEach(() => sandbox.control.reset());
afterAll(() => sandbox.close());

const asking = (...contexts: string[]) =>
  JSON.stringify({ access_token: { acrs: { essential: true, values: contexts } } });

async function refreshed(
  application: Application,
  { refresh_token: refreshToken }: Tokens,
  scope: string,
  fields: Record<string, string> = {},
) {
  const response = await application.refresh(refreshToken, { scope, ...fields });
  expect(response.status).toBe(200);
  return decodeJwt(((await response.json()) as Tokens).access_token);
}

async function gatewayToken() {
  const application = new Application(sandbox);
  const signedIn = await application.signIn(sandbox.employees.mobileReady);
  return refreshed(application, signedIn, sandbox.tenant.gateway.scope);
}

const version1 = () => ({
  iss: `https://sts.windows.net/${sandbox.tenant.id}/`,
  ver: '1.0',
  aud: `api://${sandbox.tenant.gateway.clientId}`,
  appid: sandbox.tenant.clientId,
  upn: sandbox.employees.mobileReady.userName,
  amr: ['pwd', 'mfa'],
  scp: 'PhoneVerification',
});
const version2 = () => ({
  iss: `https://login.microsoftonline.com/${sandbox.tenant.id}/v2.0`,
  ver: '2.0',
  aud: sandbox.tenant.gateway.clientId,
  azp: sandbox.tenant.clientId,
  preferred_username: sandbox.employees.mobileReady.userName,
  scp: 'PhoneVerification',
});

describe('an access token for the gateway', () => {
  test('of a new registration has version 1.0, its claims, and no auth_time', async () => {
    const token = await gatewayToken();
    expect(token).toMatchObject(version1());
    for (const claim of ['auth_time', 'azp', 'preferred_username']) expect(token).not.toHaveProperty(claim);
  });

  test('has version 2.0, its claims, and no amr, if requestedAccessTokenVersion is 2', async () => {
    sandbox.control.setGatewayRegistration({ tokenVersion: 2 });
    const token = await gatewayToken();
    expect(token).toMatchObject(version2());
    for (const claim of ['auth_time', 'amr', 'appid', 'upn']) expect(token).not.toHaveProperty(claim);
  });

  test.each([1, 2] as const)(
    'of version %i has the time of the sign-in if the optional claim is configured',
    async (tokenVersion) => {
      sandbox.control.setGatewayRegistration({ tokenVersion, authTime: true });
      const application = new Application(sandbox);
      const signedIn = await application.signIn(sandbox.employees.mobileReady);
      const at = sandbox.control.clock.now() / 1000;
      sandbox.control.clock.advance(3_600_000);
      const token = await refreshed(application, signedIn, sandbox.tenant.gateway.scope);
      expect(token).toMatchObject(tokenVersion === 1 ? version1() : version2());
      expect(Math.abs(Number(token.auth_time) - at)).toBeLessThan(60);
    },
  );

  test('has the claims of the registration at the start again after reset', async () => {
    sandbox.control.setGatewayRegistration(configuredRegistration);
    sandbox.control.reset();
    expect(await gatewayToken()).toMatchObject(version1());
    const configured = await startSandbox({
      redirectUris: Object.values(redirectUris),
      gatewayRegistration: configuredRegistration,
    });
    configured.control.setGatewayRegistration({ tokenVersion: 1 });
    configured.control.reset();
    const application = new Application(configured);
    const signedIn = await application.signIn(configured.employees.mobileReady);
    const token = await refreshed(application, signedIn, configured.tenant.gateway.scope);
    await configured.close();
    expect(token).toMatchObject(version2());
    expect(token).toHaveProperty('auth_time');
  });
});

test('an access token for Graph has version 1.0 and no auth_time, whatever the registration of the gateway', async () => {
  sandbox.control.setGatewayRegistration(configuredRegistration);
  const { access_token: token } = await new Application(sandbox).signIn(sandbox.employees.mobileReady, {
    scope: `openid ${graphScope}`,
  });
  expect(decodeJwt(token)).toMatchObject({
    iss: `https://sts.windows.net/${sandbox.tenant.id}/`,
    ver: '1.0',
    aud: 'https://graph.microsoft.com',
    amr: ['pwd', 'mfa'],
  });
  expect(decodeJwt(token)).not.toHaveProperty('auth_time');
});

describe('an authentication context', () => {
  beforeEach(() => sandbox.control.setSecondFactorPolicy('on-demand'));

  const employee = () => sandbox.employees.mobileReady;

  test('that a policy covers demands a second factor, and is in the tokens that are requested with it only', async () => {
    const application = new Application(sandbox);
    const plain = await application.signIn(employee());
    expect(decodeJwt(plain.access_token)).not.toHaveProperty('acrs');

    const silent = await application.authorizeSilently({ claims: asking('c1') });
    expect(silent.get('error')).toBe('interaction_required');
    const met = await application.signIn(employee(), { claims: asking('c1') });
    const { acrs, amr } = decodeJwt(met.access_token);
    expect(acrs).toEqual(['c1']);
    expect(amr).toContain('ngcmfa');

    const { scope } = sandbox.tenant.gateway;
    expect(await refreshed(application, met, scope)).not.toHaveProperty('acrs');
    expect(await refreshed(application, met, scope, { claims: asking('c1') })).toMatchObject({ acrs: ['c1'] });
  });

  test.each([
    ['after a sign-in without a second factor', undefined, 0],
    ['five minutes after its second factor', asking('c1'), 301_000],
  ])('that a policy covers is refused to a refresh %s, with the claims', async (_, claims, milliseconds) => {
    const application = new Application(sandbox);
    const { refresh_token: refreshToken } = await application.signIn(employee(), claims ? { claims } : {});
    sandbox.control.clock.advance(milliseconds);
    const refused = await application.refresh(refreshToken, { claims: asking('c1') });
    expect(refused.status).toBe(400);
    const body = (await refused.json()) as { claims: string };
    expect(body).toMatchObject({ error: 'interaction_required', error_codes: [50076] });
    expect(body.claims).toBe(asking('c1'));
    expect((await application.refresh(refreshToken)).status).toBe(200);
  });

  test.each<[string, () => void]>([
    ['no policy covers', () => sandbox.control.setContextPolicy('none')],
    ['a policy covers in report-only mode', () => sandbox.control.setContextPolicy('report-only')],
    ['a policy covers that excludes the user', () => sandbox.control.excludeFromContexts(employee())],
  ])('that %s is in the tokens without a second factor, until reset', async (_, change) => {
    const application = new Application(sandbox);
    const plain = await application.signIn(employee());
    const claims = asking('c1', 'c25');
    change();
    const { scope } = sandbox.tenant.gateway;
    const token = await refreshed(application, plain, scope, { claims });
    expect(token).toMatchObject({ acrs: ['c1', 'c25'], amr: ['pwd'] });
    expect(await refreshed(application, plain, scope)).not.toHaveProperty('acrs');
    const silent = await application.redeem(await application.authorizeSilently({ claims }));
    expect(decodeJwt(((await silent.json()) as Tokens).access_token)).toMatchObject({
      acrs: ['c1', 'c25'],
      amr: ['pwd'],
    });
    sandbox.control.reset();
    sandbox.control.setSecondFactorPolicy('on-demand');
    const other = new Application(sandbox);
    const { refresh_token: refreshToken } = await other.signIn(employee());
    expect((await other.refresh(refreshToken, { claims })).status).toBe(400);
  });

  test('of an excluded user demands a second factor of a colleague', async () => {
    sandbox.control.excludeFromContexts(sandbox.employees.mobileNotEnabled);
    const application = new Application(sandbox);
    const { refresh_token: refreshToken } = await application.signIn(employee());
    expect((await application.refresh(refreshToken, { claims: asking('c1') })).status).toBe(400);
  });

  test.each(['c0', 'c100', 'urn:c1', ''])('%j is no authentication context and has no effect', async (value) => {
    const application = new Application(sandbox);
    const { access_token: token } = await application.signIn(employee(), { claims: asking(value) });
    expect(decodeJwt(token)).toMatchObject({ amr: ['pwd'] });
    expect(decodeJwt(token)).not.toHaveProperty('acrs');
  });
});
