// A tenant of another cloud is named with its cloud, and nothing is sent to the hosts of that cloud (S18).
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CloudName } from '../../../lib/shared/model/clouds.ts';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { Installation } from './installation.ts';

let sandbox: Sandbox;
let installation: Installation;
/** Hosts that the service worker sent a request to. */
let hosts: Set<string>;

beforeAll(async () => {
  sandbox = await startSandbox({ redirectUris: Object.values(redirectUris) });
});
beforeEach(() => {
  installation = new Installation(sandbox, sandbox.employees.mobileReady);
  hosts = new Set();
  installation.interfere = (request, send) => {
    hosts.add(new URL(request.url).host);
    return send();
  };
});
afterEach(() => {
  installation.stop();
  sandbox.control.reset();
});
afterAll(() => sandbox.close());

const { global, other } = { global: 'login.microsoftonline.com', other: '6f1c2a8e-2f5d-4c7b-9a53-0e8f5c1d7b11' };
const endpoints = (login: string, tenant = other) => ({
  issuer: `https://${login}/${tenant}/v2.0`,
  authorization_endpoint: `https://${login}/${tenant}/oauth2/v2.0/authorize`,
  token_endpoint: `https://${login}/${tenant}/oauth2/v2.0/token`,
});
const usGovernment = {
  tenant_region_scope: 'USGov',
  cloud_instance_name: 'microsoftonline.us',
  cloud_graph_host_name: 'graph.windows.net',
  msgraph_host: 'graph.microsoft.us',
};
const l4 = { ...usGovernment, tenant_region_sub_scope: 'DODCON' };
const dod = { ...usGovernment, tenant_region_sub_scope: 'DOD', msgraph_host: 'dod-graph.microsoft.us' };
const china = {
  tenant_region_scope: 'AS',
  cloud_instance_name: 'partner.microsoftonline.cn',
  cloud_graph_host_name: 'graph.chinacloudapi.cn',
  msgraph_host: 'microsoftgraph.chinacloudapi.cn',
};
const unnamed = { cloud_instance_name: null, cloud_graph_host_name: null, msgraph_host: null };

async function connect(tenant: string, cloud: CloudName = 'global') {
  await installation.carryOut({ kind: 'connect', connection: { cloud, tenant, clientId: sandbox.tenant.clientId } });
  const [row] = await installation.database.outbox.toArray();
  return { row, connections: await installation.database.connections.count() };
}

test.each<[CloudName, string, Record<string, string | null>]>([
  ['usgov', 'GCC High', l4],
  ['usgov', 'GCC High with its own issuer and endpoints', { ...l4, ...endpoints('login.microsoftonline.us') }],
  ['usgov', 'GCC High with an issuer of China', { ...l4, ...endpoints('login.partner.microsoftonline.cn') }],
  ['usgov', 'GCC High with nothing but its region', { ...unnamed, tenant_region_sub_scope: 'DODCON' }],
  ['usgov', 'GCC High in odd case', { ...unnamed, tenant_region_sub_scope: ' DodCon ' }],
  ['usgov', 'US Government without a region', { ...usGovernment, tenant_region_scope: null }],
  ['usgov', 'US Government in odd case', { ...unnamed, cloud_instance_name: 'MicrosoftOnline.US' }],
  ['usgov', 'US Government by its Graph host', { ...unnamed, msgraph_host: 'Graph.Microsoft.us' }],
  ['usgov', 'US Government by its issuer', { ...unnamed, ...endpoints('login.microsoftonline.us') }],
  ['usgov', 'US Government by its scope', { ...unnamed, tenant_region_scope: 'USG', issuer: null }],
  ['usgovdod', 'DoD', dod],
  ['usgovdod', 'DoD with its own issuer and endpoints', { ...dod, ...endpoints('login.microsoftonline.us') }],
  ['usgovdod', 'DoD with nothing but its region', { ...unnamed, tenant_region_sub_scope: 'DOD' }],
  ['usgovdod', 'DoD without a region', { ...dod, tenant_region_sub_scope: null }],
  ['china', 'China', china],
  ['china', 'China with its own issuer', { ...china, ...endpoints('login.partner.microsoftonline.cn') }],
  ['china', 'China by its older name', { ...unnamed, cloud_instance_name: 'chinacloudapi.cn' }],
  ['china', 'China by its Graph host', { ...unnamed, msgraph_host: 'microsoftgraph.chinacloudapi.cn' }],
])('%s is named for a tenant of %s', async (cloud, _, described) => {
  sandbox.control.describeTenantAs(described);
  for (const tenant of [sandbox.tenant.domain, sandbox.tenant.id]) {
    const { row, connections } = await connect(tenant);
    expect(row).toMatchObject({ state: 'failed', error: { kind: 'not-configured', code: `tenant-in-${cloud}` } });
    expect(connections).toBe(0);
    await installation.database.outbox.clear();
  }
  expect([...hosts]).toEqual([global]);
});

test.each<[string, Record<string, string | null>]>([
  ['GCC', { tenant_region_scope: 'NA', tenant_region_sub_scope: 'GCC' }],
  ['GCC in odd case', { tenant_region_scope: 'NA', tenant_region_sub_scope: 'gcc' }],
  ['a region without a name', { tenant_region_scope: null, tenant_region_sub_scope: null }],
  ['the global cloud without other members', { ...unnamed, tenant_region_scope: null }],
  ['an unknown instance', { cloud_instance_name: 'microsoftonline.example', msgraph_host: 'graph.example' }],
  ['an empty instance', { cloud_instance_name: '', msgraph_host: '' }],
])('a tenant of %s connects in the global cloud and signs in', async (_, described) => {
  sandbox.control.describeTenantAs(described);
  await installation.signedIn({ gateway: false });
  expect([...hosts].every((host) => host === global || host === 'graph.microsoft.com')).toBe(true);
});
