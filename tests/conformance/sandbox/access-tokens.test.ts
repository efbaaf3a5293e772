// The claims of access tokens, which the app registration of the resource decides.
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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

async function refreshed(application: Application, { refresh_token: refreshToken }: Tokens, scope: string) {
  const response = await application.refresh(refreshToken, { scope });
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
  amr: ['pwd'],
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
    amr: ['pwd'],
  });
  expect(decodeJwt(token)).not.toHaveProperty('auth_time');
});
