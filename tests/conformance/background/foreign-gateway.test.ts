// What a gateway that is set up wrongly, by mistake or by an attacker, gets from the service worker, and what it can store.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clouds } from '../../../lib/shared/model/clouds.ts';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import type { Connection } from '../../../lib/shared/model/rows.ts';
import { gatewayHost } from '../../../services/sandbox/gateway.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import { Installation } from './installation.ts';

const graph = clouds.global.graph;
const graphScope = `https://${graph}/UserAuthenticationMethod.ReadWrite`;
const elsewhere = 'https://gateway.elsewhere.example';
const phoneNumber = '+447700900160';

let sandbox: Organization;
let installation: Installation;
let requests: Request[];

beforeEach(async () => {
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
  installation = new Installation(sandbox, sandbox.employees.noPhoneYet);
  requests = [];
  installation.interfere = async (request, send) => {
    requests.push(request.clone());
    return new URL(request.url).origin === elsewhere ? new Response('{}') : send();
  };
});
afterEach(async () => {
  installation.stop();
  await sandbox.close();
});

async function textCode(accountId: string) {
  const verificationId = crypto.randomUUID();
  const command = { kind: 'text-code', accountId, verificationId, type: 'mobile', purpose: 'add' } as const;
  await installation.carryOut(command, { phoneNumber });
  return installation.database.verifications.get(verificationId);
}

/** The hosts that tokens were sent to, with the tokens. */
function tokensByHost(): Map<string, Set<string>> {
  const tokens = new Map<string, Set<string>>();
  for (const { url, headers } of requests) {
    const token = headers.get('authorization');
    const { host } = new URL(url);
    if (token) tokens.set(host, (tokens.get(host) ?? new Set()).add(token));
  }
  return tokens;
}

test('case 67: Graph and the gateway get tokens of their own', async () => {
  const accountId = await installation.signedIn();
  expect(await textCode(accountId)).toMatchObject({ state: 'awaiting-code' });
  const tokens = tokensByHost();
  expect([...tokens.keys()].toSorted()).toEqual([gatewayHost, graph].toSorted());
  const [one = new Set(), other = new Set()] = tokens.values();
  expect(one.isDisjointFrom(other)).toBe(true);
});

test.each<[string, Connection['gateway'], string]>([
  ["Graph's scope at another host", { url: elsewhere, scope: graphScope }, 'not-configured'],
  [
    "Graph's app id at another host",
    { url: elsewhere, scope: 'api://00000003-0000-0000-c000-000000000000/x' },
    'not-configured',
  ],
  ['a scope of https', { url: elsewhere, scope: 'https://contoso.example/PhoneVerification' }, 'not-configured'],
  [
    "the gateway's scope at Graph",
    { url: `https://${graph}`, scope: 'api://gateway/PhoneVerification' },
    'not-configured',
  ],
  [
    "the gateway's scope at the sign-in host",
    { url: `https://${clouds.usgov.login}`, scope: 'api://gateway/x' },
    'not-configured',
  ],
])('case 67: a stored connection with %s requests no token and sends none', async (_, gateway, kind) => {
  const accountId = await installation.signedIn();
  await installation.database.connections.toCollection().modify({ gateway });
  requests.length = 0;
  expect(await textCode(accountId)).toMatchObject({ state: 'failed', error: { kind } });
  // The account may still be read.
  const others = requests.filter(({ url }) => !url.startsWith(`https://${graph}/`) || url.includes('/verifications/'));
  expect(others.map(({ url }) => url)).toEqual([]);
});

test.each([
  ['invalid-gateway-scope', elsewhere, graphScope],
  ['invalid-gateway-scope', elsewhere, `${graphScope}/`],
  ['invalid-gateway-scope', elsewhere, 'api://Graph.Microsoft.com/User.Read'],
  ['invalid-gateway-scope', elsewhere, `api://gateway/PhoneVerification ${graphScope}`],
  ['invalid-gateway-scope', elsewhere, 'https://contoso.example/PhoneVerification'],
  ['invalid-gateway-url', `https://${graph}`, 'api://gateway/PhoneVerification'],
  ['invalid-gateway-url', `https://${clouds.china.login}:8443`, 'api://gateway/PhoneVerification'],
  ['invalid-gateway-url', 'http://gateway.contoso.example', 'api://gateway/PhoneVerification'],
])('case 67: a connection by hand is refused with %s: %s, %s', async (code, url, scope) => {
  const { domain: tenant, clientId } = sandbox.tenant;
  const connection = { cloud: 'global' as const, tenant, clientId, gateway: { url, scope } };
  await installation.carryOut({ kind: 'connect', connection });
  expect(await installation.database.outbox.toArray()).toMatchObject([{ error: { kind: 'not-configured', code } }]);
  expect(await installation.database.connections.count()).toBe(0);
  expect(requests.filter((request) => new URL(request.url).host !== clouds.global.login)).toEqual([]);
});

test('case 67: a policy with the scope of Graph leads to the page of the service, and sends no token elsewhere', async () => {
  const { id: tenantId, clientId } = sandbox.tenant;
  installation.managed = { tenantId, clientId, gatewayUrl: elsewhere, gatewayScope: graphScope };
  await installation.background.managedChanged();
  const accountId = await installation.signInAs(sandbox.employees.noPhoneYet);
  expect(await textCode(accountId)).toMatchObject({ state: 'failed', error: { kind: 'not-configured' } });
  expect([...tokensByHost().keys()]).toEqual([graph]);
});

test('case 73: a number that the gateway returns unmasked is stored nowhere', async () => {
  const accountId = await installation.signedIn();
  installation.interfere = async (request, send) => {
    const response = await send();
    if (new URL(request.url).host !== gatewayHost) return response;
    const body = { ...((await response.json()) as object), sentTo: `+44 ${phoneNumber.slice(3)}` };
    return Response.json(body, { status: response.status, headers: { 'request-id': phoneNumber } });
  };
  const row = await textCode(accountId);
  expect(row).toMatchObject({ state: 'awaiting-code', challenge: { sentTo: '+44 •••• 160' } });
  const stored = await Promise.all(installation.database.tables.map((table) => table.toArray()));
  expect(JSON.stringify(stored).replaceAll(/\D/g, '')).not.toContain(phoneNumber.slice(3));
});

test('case 73: an answer of the gateway above its limit is not read', async () => {
  const accountId = await installation.signedIn();
  installation.interfere = async (request, send) => {
    const response = await send();
    // The first answer demands the authentication context.
    if (new URL(request.url).host !== gatewayHost || response.status === 401) return response;
    const body = { ...((await response.json()) as object), padding: 'x'.repeat(16_384) };
    return Response.json(body, { status: response.status });
  };
  expect(await textCode(accountId)).toMatchObject({ state: 'sending', error: { kind: 'unexpected-answer' } });
});
