import { afterEach, expect, test } from 'vitest';
import type { GatewayConfiguration } from '../gateway.ts';
import { alice, type GatewayUnderTest, gatewayUnderTest, newId } from '../testing/gateway-under-test.ts';
import { createGraph } from './graph.ts';

let under: GatewayUnderTest;
afterEach(() => under.end());
async function begin(changes: Partial<GatewayConfiguration> = {}) {
  under = await gatewayUnderTest(changes);
  return under;
}

test('the certificate signs the client assertion, and one application token serves all calls until five minutes before its expiry', async () => {
  await begin();
  const asked: string[] = [];
  const { tenant } = under;
  tenant.faults.push({ path: '/token', times: 1, status: 500, meanwhile: () => asked.push('token') });
  expect((await under.start(alice, newId())).problem).toBe('service-unavailable');
  const id = newId();
  expect((await under.start(alice, id)).status).toBe(200);
  tenant.faults.push({ path: '/token', times: 1, status: 500, meanwhile: () => asked.push('token') });
  under.advance(54 * 60_000);
  expect((await under.start(alice, newId())).status).toBe(200);
  expect(asked).toHaveLength(1);
  under.advance(2 * 60_000);
  expect((await under.start(alice, newId())).problem).toBe('service-unavailable');
  expect(asked).toHaveLength(2);
});

test('a client secret replaces the certificate; a wrong one is answered as an outage and logged', async () => {
  await begin({ credential: { kind: 'secret', secret: 'secret-of-the-gateway' } });
  expect((await under.start(alice, newId())).status).toBe(200);
  await under.end();
  await begin({ credential: { kind: 'secret', secret: 'another' } });
  expect((await under.start(alice, newId())).problem).toBe('service-unavailable');
  expect(under.logs).toContainEqual(
    expect.objectContaining({ level: 'warn', event: 'graph-refused', code: 'token-endpoint-401-AADSTS7000215' }),
  );
});

const group = { id: '9a000000-0000-4000-8000-000000000001', '@odata.type': '#microsoft.graph.group' };
const role = { id: '9b000000-0000-4000-8000-000000000001', '@odata.type': '#microsoft.graph.directoryRole' };
const others = Array.from({ length: 4 }, (_, index) => ({
  ...group,
  id: `9c000000-0000-4000-8000-00000000000${index}`,
}));

test('an administrator is refused before a text, also with the role on a later page, and the refusal is logged', async () => {
  await begin();
  under.tenant.memberships.set(alice, [...others, role]);
  expect((await under.start(alice, newId())).problem).toBe('not-permitted');
  expect(under.texts).toEqual([]);
  expect(under.logs).toContainEqual(expect.objectContaining({ event: 'administrator-refused', oid: alice }));
  under.tenant.memberships.set(alice, [...others]);
  expect((await under.start(alice, newId())).status).toBe(200);
});

test.each([
  ['a guest', { userType: 'Guest', userPrincipalName: 'dora@contoso.example' }],
  ['an external member', { userType: 'Member', userPrincipalName: 'dora_fabrikam.example#EXT#@contoso.example' }],
  ['an account of an unknown type', { userType: 'unknownFutureValue', userPrincipalName: 'dora@contoso.example' }],
])('case 77: %s is refused before a text and at the write, also where everybody is allowed', async (_, account) => {
  await begin({ refuseAdministrators: false });
  under.tenant.accounts.set(alice, account);
  expect((await under.start(alice, newId())).problem).toBe('not-permitted');
  expect(under.texts).toEqual([]);
  expect(under.logs).toContainEqual({ level: 'warn', event: 'guest-refused', oid: alice });
  under.tenant.accounts.delete(alice);
  const id = newId();
  await under.start(alice, id);
  under.tenant.accounts.set(alice, account);
  expect((await under.confirm(alice, id, under.code())).body).toMatchObject({ error: { kind: 'not-permitted' } });
  expect(under.tenant.writes()).toEqual([]);
});

test('an account that is older than the property userType is a member', async () => {
  await begin();
  under.tenant.accounts.set(alice, { userType: null, userPrincipalName: 'dora@contoso.example' });
  expect((await under.start(alice, newId())).status).toBe(200);
});

test('when the account cannot be read, no text is sent', async () => {
  await begin();
  for (const fault of [{ status: 403 }, { status: 500 }, {}]) {
    under.tenant.faults.push({ method: 'GET', path: `/users/${alice}`, times: 1, ...fault });
    expect((await under.start(alice, newId())).problem).toMatch(/^(not-permitted|service-unavailable)$/);
  }
  expect(under.texts).toEqual([]);
});

test('when administrators are allowed, memberships are not read', async () => {
  await begin({ refuseAdministrators: false });
  under.tenant.memberships.set(alice, [role]);
  expect((await under.start(alice, newId())).status).toBe(200);
  expect(under.tenant.requests.filter(({ path }) => path.includes('transitiveMemberOf'))).toEqual([]);
});

test('with ALLOWED_GROUP, only members are texted', async () => {
  await begin({ allowedGroup: group.id });
  under.tenant.memberships.set(alice, [...others]);
  expect((await under.start(alice, newId())).problem).toBe('not-available');
  under.tenant.memberships.set(alice, [...others, group]);
  expect((await under.start(alice, newId())).status).toBe(200);
});

test('when memberships cannot be read, no text is sent', async () => {
  await begin();
  for (const fault of [{ status: 403 }, { status: 500 }, {}]) {
    under.tenant.faults.push({ path: 'transitiveMemberOf', times: 1, ...fault });
    expect((await under.start(alice, newId())).problem).toMatch(/^(not-permitted|service-unavailable)$/);
  }
  expect(under.texts).toEqual([]);
});

for (const [what, path] of [
  ['the token endpoint', '/oauth2/v2.0/token'],
  ['Graph', '/v1.0/'],
] as const)
  test(`case 80: an outage of ${what} is answered 503 with its Retry-After, or with 5 s`, async () => {
    await begin();
    const ask = async (fault: object) => {
      under.tenant.faults.push({ path, times: 1, ...fault });
      const answer = await under.start(alice, newId());
      expect([answer.status, answer.problem]).toEqual([503, 'service-unavailable']);
      return answer.headers.get('retry-after');
    };
    expect(await ask({ status: 429, retryAfter: 17 })).toBe('17');
    expect(await ask({ status: 503, retryAfter: 8 })).toBe('8');
    expect(await ask({ status: 500 })).toBe('5');
    expect(await ask({})).toBe('5');
    expect(under.texts).toEqual([]);
  });

const graphOrigin = 'https://graph.microsoft.com';
/** A directory that answers with these pages, each linked from the one before. */
function graphOf(...pages: object[]) {
  const asked: string[] = [];
  const graph = createGraph(graphOrigin, { get: async () => 'token', forget() {} }, async (url) => {
    asked.push(String(url));
    return Response.json({ '@odata.nextLink': `${graphOrigin}/v1.0/page/${asked.length}`, ...pages[asked.length - 1] });
  });
  return { graph, asked };
}
const last = { '@odata.nextLink': null };
const mobile = { id: 'one', phoneType: 'mobile', phoneNumber: '+44 7700900109', smsSignInState: 'ready' };

test('a next link to another host is not followed, so that the application token stays with Graph', async () => {
  await begin();
  const elsewhere = { value: [], '@odata.nextLink': 'https://graph.contoso.example/v1.0/more' };
  for (const read of ['memberships', 'phones'] as const) {
    const { graph, asked } = graphOf(elsewhere);
    await expect(graph[read](alice)).rejects.toThrow('unexpected-answer');
    expect(asked).toHaveLength(1);
  }
});

test('phones on a later page are read, and a list without an end is refused', async () => {
  await begin();
  const { graph } = graphOf({ value: [] }, { value: [mobile], ...last });
  expect(await graph.phones(alice)).toEqual([mobile]);
  const endless = graphOf(...Array.from({ length: 20 }, () => ({ value: [] })));
  await expect(endless.graph.phones(alice)).rejects.toThrow('unexpected-answer');
  expect(endless.asked).toHaveLength(10);
});

test('odd methods do not hide the phones of the account', async () => {
  await begin();
  const value = [
    null,
    { phoneType: 'mobile', phoneNumber: '+44 7700900101' },
    { id: 'email', '@odata.type': '#microsoft.graph.emailAuthenticationMethod', emailAddress: null },
    { id: 'null', phoneType: null, phoneNumber: null, smsSignInState: null },
    mobile,
  ];
  const unknown = { phoneType: 'unknown', phoneNumber: '', smsSignInState: undefined };
  expect(await graphOf({ value, ...last }).graph.phones(alice)).toEqual([
    { id: 'email', ...unknown },
    { id: 'null', ...unknown },
    mobile,
  ]);
});

test.each([
  '+44 7700900101',
  '+447700900101',
  '+44 07700900101',
  '+44 (0)7700 900101',
  '7700-900101',
  '07700 900101',
  '(07700) 900101',
  '00447700900101',
  '44 7700 900101',
  '77009001 01',
])('the stored number %s is +44 7700 900101, so no text is sent (G5)', async (stored) => {
  await begin();
  under.tenant.setPhone(alice, 'office', stored);
  expect((await under.start(alice, newId())).problem).toBe('already-registered');
  expect(under.texts).toEqual([]);
});

test.each(['+44 7700900102', '+1 7700900101', '900101', '0900101', '+44 7700900101x42', 'none', ''])(
  'the stored number "%s" is not +44 7700 900101',
  async (stored) => {
    await begin();
    under.tenant.setPhone(alice, 'office', stored);
    expect((await under.start(alice, newId())).status).toBe(200);
    expect(under.texts).toHaveLength(1);
  },
);
