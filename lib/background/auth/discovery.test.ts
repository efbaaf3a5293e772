import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { SignInAtSandbox } from '../../../tests/sign-in-at-sandbox.ts';
import { type CloudName, clouds } from '../../shared/model/clouds.ts';
import { redirectUris } from '../../shared/model/extension-ids.ts';
import { discover } from './discovery.ts';

let sandbox: Sandbox;
let at: SignInAtSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ redirectUris: Object.values(redirectUris) });
});
beforeEach(() => {
  at = new SignInAtSandbox(sandbox, sandbox.employees.mobileReady);
});
afterEach(() => sandbox.control.reset());
afterAll(() => sandbox.close());

const login = 'https://login.microsoftonline.com';
const otherTenant = '6f1c2a8e-2f5d-4c7b-9a53-0e8f5c1d7b11';
const change = (changes: Record<string, unknown>) => {
  at.alter = (_, answer) => ({ ...answer, ...changes });
};

test.each([
  ['its domain', (domain: string) => domain],
  ['its domain in uppercase', (domain: string) => domain.toUpperCase()],
  ['its id', (_: string, id: string) => id],
  ['its id in uppercase', (_: string, id: string) => id.toUpperCase()],
])('discovery finds an organization by %s', async (_, spelling) => {
  const { id, domain } = sandbox.tenant;
  const { tenantId, server } = await discover('global', spelling(domain, id), at.network, Date.now());
  expect(tenantId).toBe(id);
  expect(server).toMatchObject({
    issuer: `${login}/${id}/v2.0`,
    authorization_endpoint: `${login}/${id}/oauth2/v2.0/authorize`,
  });
});

test.each([
  '',
  'contoso',
  'organizations',
  'common',
  'https://contoso.example',
  'contoso.example/x',
  '../v2.0',
  'a b.example',
  '-.example',
  'contoso.example?x',
  `${'a'.repeat(254)}.example`,
])('"%s" is neither a domain nor a GUID and sends no request', async (tenant) => {
  await expect(discover('global', tenant, at.network, Date.now())).rejects.toMatchObject({
    kind: 'not-configured',
    details: { code: 'invalid-tenant' },
  });
  expect(sandbox.requests).toEqual([]);
});

test('an organization of another cloud is not found', async () => {
  for (const tenant of ['nobody.example', otherTenant]) {
    await expect(discover('global', tenant, at.network, Date.now())).rejects.toMatchObject({
      kind: 'not-configured',
      details: { code: 'AADSTS90002' },
    });
  }
});

describe('case 33: discovery rejects metadata with', () => {
  test.each([
    ["another organization's issuer", `${login}/${otherTenant}/v2.0`],
    ['an issuer on another host', `https://login.contoso.example/${otherTenant}/v2.0`],
    ['the issuer template', `${login}/{tenantid}/v2.0`],
    ['no issuer', undefined],
    ['an issuer that is no URL', 'contoso'],
    ['an issuer that is no text', 7],
  ])('%s', async (_, issuer) => {
    change({ issuer });
    for (const tenant of [sandbox.tenant.id, sandbox.tenant.domain]) {
      const error = await discover('global', tenant, at.network, Date.now()).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'IdentityError' });
    }
    await expect(discover('global', sandbox.tenant.id, at.network, Date.now())).rejects.toMatchObject({
      kind: 'unexpected-answer',
    });
  });

  test.each(['authorization_endpoint', 'token_endpoint'])('a %s on another host or without https', async (endpoint) => {
    for (const elsewhere of [
      'https://login.contoso.example/oauth2/v2.0/authorize',
      'https://login.microsoftonline.com.contoso.example/authorize',
      'https://login.microsoftonline.com:8443/authorize',
      'http://login.microsoftonline.com/authorize',
      'javascript://login.microsoftonline.com/%0aalert(1)',
      'not an address',
      '',
      undefined,
    ]) {
      change({ [endpoint]: elsewhere });
      await expect(
        discover('global', sandbox.tenant.id, at.network, Date.now()),
        String(elsewhere),
      ).rejects.toMatchObject({
        name: 'IdentityError',
        kind: 'unexpected-answer',
      });
    }
  });
});

describe('metadata of another cloud', () => {
  const usgov = {
    tenant_region_scope: 'USGov',
    tenant_region_sub_scope: 'DODCON',
    cloud_instance_name: 'microsoftonline.us',
  };
  test.each([
    ['usgov', usgov],
    ['usgovdod', { ...usgov, tenant_region_sub_scope: 'DOD' }],
    ['usgov', { ...usgov, tenant_region_sub_scope: undefined }],
    ['usgov', { tenant_region_sub_scope: 'DODCON' }],
    ['china', { cloud_instance_name: 'partner.microsoftonline.cn' }],
  ])('says that the organization is in %s (S18)', async (cloud, region) => {
    change({ ...region, issuer: `https://login.microsoftonline.us/${otherTenant}/v2.0` });
    for (const tenant of [sandbox.tenant.id, sandbox.tenant.domain]) {
      const found = discover('global', tenant, at.network, Date.now());
      await expect(found).rejects.toMatchObject({ kind: 'not-configured', details: { code: `tenant-in-${cloud}` } });
    }
  });

  test.each([
    { tenant_region_sub_scope: 'GCC' },
    { tenant_region_sub_scope: null, cloud_instance_name: 7 },
    { cloud_instance_name: 'microsoftonline.example' },
  ])('is not assumed for %j (S18)', async (region) => {
    change(region);
    await expect(discover('global', sandbox.tenant.domain, at.network, Date.now())).resolves.toMatchObject({
      tenantId: sandbox.tenant.id,
    });
  });
});

test.each<[CloudName, Record<string, string>, CloudName | undefined]>([
  ['usgov', { tenant_region_sub_scope: 'DOD', cloud_instance_name: 'microsoftonline.us' }, 'usgovdod'],
  ['usgovdod', { tenant_region_sub_scope: 'DODCON', cloud_instance_name: 'microsoftonline.us' }, 'usgov'],
  ['usgov', { cloud_instance_name: 'microsoftonline.com' }, 'global'],
  ['china', { tenant_region_sub_scope: 'GCC', cloud_instance_name: 'microsoftonline.com' }, 'global'],
  ['usgov', { tenant_region_sub_scope: 'DODCON', cloud_instance_name: 'microsoftonline.us' }, undefined],
  ['usgovdod', { tenant_region_sub_scope: 'DOD', cloud_instance_name: 'microsoftonline.us' }, undefined],
  // Both clouds have this instance, so that the selected one is believed.
  ['usgovdod', { cloud_instance_name: 'microsoftonline.us' }, undefined],
  ['china', { cloud_instance_name: 'partner.microsoftonline.cn' }, undefined],
])('asked in %s, a tenant with %j is in %s (S18)', async (cloud, region, other) => {
  const host = `https://${clouds[cloud].login}/${otherTenant}`;
  const metadata = {
    issuer: `${host}/v2.0`,
    authorization_endpoint: `${host}/oauth2/v2.0/authorize`,
    token_endpoint: `${host}/oauth2/v2.0/token`,
  };
  const found = discover(cloud, otherTenant, async () => Response.json({ ...metadata, ...region }), Date.now());
  if (other === undefined) await expect(found).resolves.toMatchObject({ tenantId: otherTenant });
  else await expect(found).rejects.toMatchObject({ details: { code: `tenant-in-${other}` } });
});

describe('case 56: a failing discovery gives', () => {
  const metadata = { host: 'login.microsoftonline.com', path: /openid-configuration$/ };
  test.each([
    ['unexpected-answer', { answer: { status: 200, body: '<html>' } }],
    ['unexpected-answer', { answer: { status: 200, body: [] } }],
    ['service-unavailable', { answer: { status: 503, body: '' } }],
    ['service-unavailable', { answer: { status: 500 } }],
    ['offline', { drop: true }],
    ['offline', { truncate: true }],
  ] as const)('%s for %j', async (kind, fault) => {
    sandbox.control.fault({ ...metadata, ...fault });
    for (const tenant of [sandbox.tenant.id, sandbox.tenant.domain]) {
      await expect(discover('global', tenant, at.network, Date.now())).rejects.toMatchObject({
        name: 'IdentityError',
        kind,
      });
    }
  });
});
