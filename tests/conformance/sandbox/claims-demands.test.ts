// Claims challenges of Graph and of the token endpoint end only after the right claims.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { Application, type Tokens } from './application.ts';

const phones = 'v1.0/me/authentication/phoneMethods';
const enable = `${phones}/3179e48a-750b-4051-897c-87b9720928f7/enableSmsSignIn`;
const preferences = 'beta/me/authentication/signInPreferences';
const capable = { xms_cc: { values: ['cp1'] } };
const demanded = {
  acrs: { acrs: { essential: true, value: 'c1' } },
  nbf: { nbf: { essential: true, value: '1785747600' } },
  polids: { polids: { essential: true, values: ['c2d5c1b6-3d9a-4d2c-9a5c-0a9d4f5b7b11'] } },
  xms_rp_ipaddr: { xms_rp_ipaddr: { value: '203.0.113.7' } },
};
const claims = (...some: object[]) => JSON.stringify({ access_token: Object.assign({}, capable, ...some) });

let sandbox: Sandbox;
let application: Application;
beforeAll(async () => {
  sandbox = await startSandbox({ redirectUris: Object.values(redirectUris) });
});
afterEach(() => sandbox.control.reset());
afterAll(() => sandbox.close());

const signIn = (...some: object[]) => {
  application = new Application(sandbox);
  return application.signIn(sandbox.employees.mobileNotEnabled, { claims: claims(...some) });
};

describe.each(Object.entries(demanded))('a demand for %s', (_, wanted) => {
  test.each([
    ['graph-read', 'GET', phones],
    ['graph-write', 'POST', enable],
    ['preferences', 'GET', preferences],
  ] as const)('of %s is met by a sign-in with the claims only', async (where, method, path) => {
    sandbox.control.demandClaims([{ where, claims: wanted }]);
    const plain = await signIn();
    const refused = await application.graph(plain.access_token, path, method);
    expect(refused.status).toBe(401);
    const header = /claims="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '')?.[1] ?? '';
    expect(JSON.parse(Buffer.from(header, 'base64').toString())).toEqual({ access_token: wanted });
    const other = where === 'graph-read' ? preferences : phones;
    expect((await application.graph(plain.access_token, other)).status).toBe(200);
    // A refresh cannot ask in place of the user.
    const silent = await application.refresh(plain.refresh_token, { claims: claims(wanted) });
    expect(silent.status).toBe(400);
    expect(await silent.json()).toMatchObject({ error: 'interaction_required' });
    expect((await application.refresh(plain.refresh_token)).status).toBe(200);
    expect((await application.authorizeSilently({ claims: claims(wanted) })).get('error')).toBe('interaction_required');
    const { access_token: met } = await signIn(wanted);
    expect((await application.graph(met, path, method)).ok).toBe(true);
  });

  test('of the token endpoint is met by a sign-in with the claims, and its refresh token keeps them', async () => {
    const { refresh_token: refreshToken } = await signIn();
    sandbox.control.demandClaims([{ where: 'token', claims: wanted }]);
    for (const fields of [{}, { claims: claims(wanted) }]) {
      const refused = await application.refresh(refreshToken, fields as Record<string, string>);
      expect(refused.status).toBe(400);
      const body = (await refused.json()) as { claims: string };
      expect(body).toMatchObject({ error: 'interaction_required', error_codes: [50076], suberror: 'basic_action' });
      expect(JSON.parse(body.claims)).toEqual({ access_token: wanted });
      expect(body).not.toHaveProperty('access_token');
    }
    const met = await signIn(wanted);
    expect((await application.refresh(met.refresh_token)).status).toBe(200);
  });
});

test('a demand that is met silently is met by a refresh and by prompt=none with the claims', async () => {
  sandbox.control.demandClaims([{ where: 'graph-read', claims: demanded.nbf, isMetSilently: true }]);
  const { refresh_token: refreshToken } = await signIn();
  for (const request of [
    application.refresh(refreshToken, { claims: claims(demanded.nbf) }),
    application.redeem(await application.authorizeSilently({ claims: claims(demanded.nbf) })),
  ]) {
    const { access_token: token } = (await (await request).json()) as Tokens;
    expect((await application.graph(token, phones)).status).toBe(200);
  }
  const { access_token: without } = (await (await application.refresh(refreshToken)).json()) as Tokens;
  expect((await application.graph(without, phones)).status).toBe(401);
});

test('two demands come one after the other', async () => {
  const list = [demanded.acrs, demanded.polids].map((wanted) => ({ where: 'graph-write', claims: wanted }) as const);
  sandbox.control.demandClaims(list);
  const { access_token: token } = await signIn(demanded.acrs);
  const refused = await application.graph(token, enable, 'POST');
  const header = /claims="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '')?.[1] ?? '';
  expect(JSON.parse(Buffer.from(header, 'base64').toString())).toEqual({ access_token: demanded.polids });
  const { access_token: both } = await signIn(demanded.acrs, demanded.polids);
  expect((await application.graph(both, enable, 'POST')).status).toBe(204);
});

test('a demand concerns one employee and one resource if it names them', async () => {
  const { refresh_token: refreshToken } = await signIn();
  const { identifier } = { identifier: sandbox.tenant.gateway.scope.replace(/\/[^/]+$/, '') };
  const { mobileReady, mobileNotEnabled } = sandbox.employees;
  const demand = { where: 'token', resource: identifier, claims: demanded.polids } as const;
  const forGateway = () => application.refresh(refreshToken, { scope: sandbox.tenant.gateway.scope });
  sandbox.control.demandClaims([{ ...demand, employee: mobileReady }]);
  expect((await forGateway()).status).toBe(200);
  sandbox.control.demandClaims([{ ...demand, employee: mobileNotEnabled, number: 50158 }]);
  expect(await (await forGateway()).json()).toMatchObject({ error: 'invalid_grant', error_codes: [50158] });
  expect((await application.refresh(refreshToken)).status).toBe(200);
});

test('the header has the encoding and the layout that were set', async () => {
  const { access_token: token } = await signIn();
  // Its Base64 has both characters that differ between the alphabets, and padding.
  const odd = { acrs: { essential: true, value: '??>~~>' } };
  const headerOf = async (form: object) => {
    sandbox.control.demandClaims([{ where: 'graph-read', claims: odd, ...form }]);
    return (await application.graph(token, phones)).headers.get('www-authenticate') ?? '';
  };
  expect(await headerOf({})).toMatch(/claims="[\w+/]+=+"$/);
  expect(await headerOf({ encoding: 'unpadded' })).toMatch(/claims="[\w+/]+"$/);
  expect(await headerOf({ encoding: 'base64url' })).toMatch(/claims="[\w-]+"$/);
  expect((await headerOf({ layout: 'one-header' })).match(/Bearer /g)).toHaveLength(2);
  expect(await headerOf({ layout: 'other-scheme-first' })).toMatch(/^PoP realm="", Bearer .*claims="/);
});

test('the discovery of the global cloud describes a tenant of another cloud', async () => {
  const region = { tenant_region_scope: 'USGov', tenant_region_sub_scope: 'DODCON' };
  sandbox.control.describeTenantAs(region);
  const url = `https://login.microsoftonline.com/${sandbox.tenant.id}/v2.0/.well-known/openid-configuration`;
  expect(await (await sandbox.fetch(url)).json()).toMatchObject(region);
  sandbox.control.reset();
  expect(await (await sandbox.fetch(url)).json()).toMatchObject({ tenant_region_scope: 'EU' });
});
