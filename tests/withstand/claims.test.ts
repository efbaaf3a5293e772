// How the extension meets claims challenges of Graph, of the token endpoint and of the gateway. The sandbox answers, and the
// clock is fake.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, type Mock, test, vi } from 'vitest';
import { detailsText } from '../../components/notes/details.ts';
import { activityExport } from '../../components/options/activity-export.ts';
import { activityOf } from '../../components/view-model/activity.ts';
import { addLogLine, startLog } from '../../lib/background/log.ts';
import { clouds } from '../../lib/shared/model/clouds.ts';
import { redirectUris } from '../../lib/shared/model/extension-ids.ts';
import { parseLog } from '../../lib/shared/model/log-format.ts';
import { logKey } from '../../lib/shared/model/log-line.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { type Organization, startOrganization } from '../../services/sandbox/organization.ts';
import type { Employee } from '../../services/sandbox/sandbox.ts';
import { atSandbox, memoryStorage } from '../browser-in-memory.ts';
import { Visitor } from '../conformance/sandbox/visitor.ts';
import { type Act, exceededLimits } from '../request-limits.ts';
import { type Demand, DemandingService } from './demanding-service.ts';
import { Extension, stopTime } from './extension.ts';

const hour = 3_600_000;
let sandbox: Organization;
let employee: Employee;
let service: DemandingService;
let extension: Extension;
let accountId: string;
let acts: Act[] = [];
let printed: Mock[] = [];

beforeAll(async () => {
  stopTime(Date.UTC(2026, 7, 3, 9));
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
});
beforeEach(async () => {
  stopTime(Date.UTC(2026, 7, 3, 9));
  acts = [];
  vi.stubGlobal('addEventListener', vi.fn());
  printed = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name));
  await signInAs(sandbox.employees.mobileNotEnabled);
});
afterEach(async () => {
  const silentClaims = service.silentSignIns.map((url) => service.claimsOf(url)).join();
  expect(silentClaims, 'a silent sign-in never asks for multifactor authentication').not.toContain('ngcmfa');
  expect(exceededLimits(sandbox.requests, acts), 'requests beyond the limits').toEqual([]);
  await expectClaimsWithTokensOnly();
  sandbox.control.reset();
  await extension.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});
afterAll(() => sandbox.close());

/** Text of every claim of these tests. */
const anyClaim = /access_token|acrs|polids|xms_rp|nbf|203\.0\.113\.7|c2d5c1b6/;

/** Checks everything that outlives the memory of the service worker, or that the user can copy, save or send. */
async function expectClaimsWithTokensOnly(): Promise<void> {
  const { tables, outbox, verifications, registrations, accounts } = extension.database;
  const stored = await Promise.all(tables.map((table) => table.toArray()));
  expect(JSON.stringify(stored), 'the database').not.toMatch(anyClaim);
  const others = [...extension.memory].filter(([key]) => !key.startsWith('tokens:'));
  expect(JSON.stringify(others), 'storage.session beside the tokens').not.toMatch(anyClaim);
  await addLogLine({ time: Date.now(), name: 'Error', kind: 'offline', text: 'The last line.' });
  const log = parseLog(extension.memory.get(logKey));
  expect(log.length).toBeGreaterThan(0);
  const rows = { outbox: await outbox.toArray(), verifications: await verifications.toArray() };
  const items = activityOf({ ...rows, registrations: await registrations.toArray() });
  const account = await accounts.get(accountId);
  const errors = [account?.syncError, ...[...rows.outbox, ...rows.verifications].map(({ error }) => error)];
  for (const error of errors.filter((each) => each !== undefined)) {
    expect(detailsText(error, { version: '1', log }), 'Copy details').not.toMatch(anyClaim);
  }
  if (account) expect(activityExport(items, { version: '1', account, now: Date.now() })).not.toMatch(anyClaim);
  for (const print of printed) expect(JSON.stringify(print.mock.calls), 'the console').not.toMatch(anyClaim);
}

/** Starts with an empty database. */
async function signInAs(user: Employee): Promise<void> {
  employee = user;
  accountId = `${sandbox.tenant.id}.${employee.oid}`;
  service = new DemandingService(atSandbox(sandbox, { employee, visitor: new Visitor(sandbox) }));
  extension = new Extension(service);
  startLog(memoryStorage(extension.memory));
  extension.acts = (continues) => acts.push({ index: sandbox.requests.length, continues });
  const { id: tenant, clientId, gateway } = sandbox.tenant;
  const connection = {
    ...{ cloud: 'global' as const, tenant, clientId },
    gateway: { url: `https://${gatewayHost}`, scope: gateway.scope },
  };
  await extension.ask({ kind: 'connect', connection });
  await extension.ask({ kind: 'sign-in', connectionId: sandbox.tenant.id, from: 'popup' });
  expect(await account()).toMatchObject({ session: 'signed-in' });
  for (const list of [service.windows, service.silentSignIns, service.tokenRequests]) list.length = 0;
}

const account = () => extension.database.accounts.get(accountId);
const entry = (id: string) => extension.database.outbox.get(id);
const refusedTokens = () => service.refused.map(({ headers }) => headers.get('authorization'));
const inMemory = () => JSON.stringify([...extension.memory]);
const at = (host: string, method?: string) => (request: Request) =>
  new URL(request.url).host === host && (!method || request.method === method) && !request.url.endsWith('/token');
const reads = at(clouds.global.graph, 'GET');
const writes = at(clouds.global.graph, 'POST');
const acrs = (value: string) => ({ access_token: { acrs: { essential: true, value } } });
const notBefore = { access_token: { nbf: { essential: true, value: '1785747600' } } };
const address = { access_token: { xms_rp_ipaddr: { value: '203.0.113.7' } } };
const policies = { access_token: { polids: { essential: true, values: ['c2d5c1b6-3d9a-4d2c-9a5c-0a9d4f5b7b11'] } } };

async function enable(): Promise<string> {
  const [method] = await extension.database.methods.toArray();
  const id = await extension.ask({ kind: 'enable', accountId, methodId: method?.id ?? '' });
  await extension.pass(5_000);
  return id;
}

async function stepUp(waitingId: string): Promise<string> {
  const id = await extension.ask({ kind: 'step-up', accountId, waitingId, from: 'popup' });
  await extension.pass(5_000);
  return id;
}

async function signInAgain(): Promise<string> {
  const { loginHint = '' } = (await account()) ?? {};
  return extension.ask({ kind: 'sign-in', connectionId: sandbox.tenant.id, loginHint, from: 'popup' });
}

describe('a rejected token is dropped and renewed with the claims, without a window (S3)', () => {
  test.each([
    ['a read', reads],
    ['a write', writes],
  ])('%s', async (_, appliesTo) => {
    service.demands = [{ claims: notBefore, appliesTo, isMetSilently: true }];
    const id = await enable();
    expect(await entry(id)).toMatchObject({ state: 'done' });
    expect(service.windows).toEqual([]);
    expect(new Set(refusedTokens()).size, 'no rejected token is sent again').toBe(service.refused.length);
    expect(service.tokenRequests.map((form) => form.get('claims'))).toEqual([expect.stringContaining('nbf')]);
    expect(inMemory(), 'a met challenge is dropped').not.toContain('challenges":{"https');
  });

  test('a session of the service replaces a refresh token that was revoked too', async () => {
    const revoked = { error: 'invalid_grant', error_description: 'AADSTS50173: The provided grant has expired.' };
    sandbox.control.fault({ path: /\/token$/, method: 'POST', times: 1, answer: { status: 400, body: revoked } });
    service.demands = [{ claims: notBefore, appliesTo: reads, isMetSilently: true }];
    await extension.ask({ kind: 'sync', accountId });
    expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
    expect(service.windows).toEqual([]);
    expect(service.silentSignIns.map((url) => service.claimsOf(url))).toEqual([expect.stringContaining('nbf')]);
  });
});

describe('a claims challenge stays with the tokens in storage.session: not in the database, in Copy details, in the export, in the log or in the console', () => {
  const gateway = (request: Request) => new URL(request.url).host === gatewayHost;
  const sources: [string, Demand['appliesTo']][] = [
    ['Graph, on reads', reads],
    ['Graph, on writes', writes],
    ['the token endpoint', (request) => request.url.endsWith('/token')],
    ['the gateway', gateway],
  ];
  test.each(sources)('of %s', async (_, appliesTo) => {
    service.demands = [{ claims: acrs('c1'), appliesTo }];
    const id = await enable();
    const verificationId = crypto.randomUUID();
    const code = { kind: 'text-code', accountId, verificationId, type: 'mobile', purpose: 'change' } as const;
    await extension.ask(code, { phoneNumber: '+447700900150' });
    await extension.ask({ kind: 'sync', accountId });
    expect(service.refused.length).toBeGreaterThan(0);
    expect(inMemory()).toContain('"challenges":{"');
    await expectClaimsWithTokensOnly();
    await extension.ask({ kind: 'sign-out', accountId, atService: false });
    expect(await entry(id)).toBeUndefined();
    expect(inMemory()).not.toMatch(anyClaim);
  });
});

describe('a challenge on a read that only the user can meet (S2)', () => {
  beforeEach(() => {
    service.demands = [{ claims: address, appliesTo: reads }];
  });

  test('is asked for by the next sign-in, which ends it', async () => {
    await extension.ask({ kind: 'sync', accountId });
    expect(await account()).toMatchObject({ session: 'signed-out' });
    expect(service.silentSignIns, 'one silent attempt').toHaveLength(1);
    await signInAgain();
    expect(service.windows).toHaveLength(1);
    expect(JSON.parse(service.claimsOf(service.windows[0]))).toEqual({
      access_token: { ...address.access_token, xms_cc: { values: ['cp1'] } },
    });
    expect(await account()).toMatchObject({ session: 'signed-in' });
    extension.isVisible = false;
    await extension.pass(8 * hour);
    expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
    expect(service.windows).toHaveLength(1);
  });

  test('that is repeated after its sign-in fails the read with words of its own, and asks for no further sign-in', async () => {
    service.demands = [{ claims: address, appliesTo: reads, isNeverMet: true }];
    await extension.ask({ kind: 'sync', accountId });
    await signInAgain();
    expect(await account()).toMatchObject({ session: 'signed-in', syncError: { kind: 'step-up-repeated' } });
    extension.isVisible = false;
    await extension.pass(8 * hour);
    expect(await account()).toMatchObject({ session: 'signed-in', syncError: { kind: 'step-up-repeated' } });
    expect([service.windows.length, service.silentSignIns.length]).toEqual([1, 1]);
  });

  test('is tried once without the user', async () => {
    for (let reading = 0; reading < 3; reading += 1) {
      await extension.ask({ kind: 'sync', accountId });
      await extension.pass(60_000);
    }
    expect(service.silentSignIns).toHaveLength(1);
    expect(service.windows).toEqual([]);
  });

  test('is dropped at sign-out', async () => {
    await extension.ask({ kind: 'sync', accountId });
    expect(inMemory()).toContain('xms_rp_ipaddr');
    await extension.ask({ kind: 'sign-out', accountId, atService: false });
    expect(inMemory()).not.toContain('xms_rp_ipaddr');
  });
});

describe('the token endpoint refuses a refresh with a challenge (S1)', () => {
  const verificationId = '8a000000-0000-4000-8000-000000000001';
  const verification = () => extension.database.verifications.get(verificationId);
  const textCode = async () => {
    const command = { kind: 'text-code', accountId, verificationId, type: 'mobile', purpose: 'add' } as const;
    await extension.ask(command, { phoneNumber: '+447700900150' });
    await extension.pass(5_000);
  };
  const texts = () => sandbox.handsets.texts('+447700900150');
  const gatewayScope = (request: Request, scope: string) =>
    request.url.endsWith('/token') && scope.includes(sandbox.tenant.gateway.scope);

  beforeEach(async () => {
    await extension.close();
    await signInAs(sandbox.employees.noPhoneYet);
  });

  test('for the gateway: one sign-in with its claims alone, and one text message', async () => {
    service.demands = [{ claims: policies, appliesTo: gatewayScope }];
    await textCode();
    expect(await verification()).toMatchObject({ state: 'needs-step-up' });
    expect(service.silentSignIns, 'one silent attempt').toHaveLength(1);
    await stepUp(verificationId);
    expect(service.windows.map((url) => service.claimsOf(url))).toEqual([expect.stringContaining('polids')]);
    expect(service.claimsOf(service.windows[0])).not.toContain('ngcmfa');
    expect(await verification()).toMatchObject({ state: 'awaiting-code' });
    expect(texts()).toHaveLength(1);
  });

  test('that no sign-in meets: the text message fails after one, with words of its own', async () => {
    service.demands = [{ claims: policies, appliesTo: gatewayScope, isNeverMet: true }];
    await textCode();
    await stepUp(verificationId);
    expect(await verification()).toMatchObject({ state: 'failed', error: { kind: 'step-up-repeated' } });
    expect([service.windows.length, service.silentSignIns.length]).toEqual([1, 1]);
  });

  test('for Graph: the next sign-in asks for the claims', async () => {
    const appliesTo: Demand['appliesTo'] = (request, scope) =>
      request.url.endsWith('/token') && scope.includes(clouds.global.graph);
    extension.isVisible = false;
    service.demands = [{ claims: policies, appliesTo }];
    await extension.pass(30 * hour);
    expect(await account()).toMatchObject({ session: 'signed-out' });
    await signInAgain();
    expect(service.claimsOf(service.windows.at(-1))).toContain('polids');
    expect(await account()).toMatchObject({ session: 'signed-in' });
  });

  test.each([
    ['with a claims challenge', 'needs-step-up', JSON.stringify(acrs('c1'))],
    ['as signed out', 'signed-out', undefined],
  ])('a gateway that refuses every token %s is asked after one sign-in only (S7)', async (_, kind, claims) => {
    extension.interfere = async (request, send) => {
      if (new URL(request.url).host !== gatewayHost) return send();
      const type = `urn:phone-sign-in:problem:${kind}`;
      return Response.json({ type, title: kind, status: 401, now: Date.now(), claims }, { status: 401 });
    };
    await textCode();
    expect(await verification()).toMatchObject({ state: 'needs-step-up' });
    await stepUp(verificationId);
    expect(await verification()).toMatchObject({ state: 'failed', error: { kind: 'step-up-repeated' } });
    expect(service.windows).toHaveLength(1);
    expect(texts()).toEqual([]);
  });
});

describe('the claims of a header (S4)', () => {
  // Its Base64 has both characters that differ between the alphabets, and padding.
  const claims = { access_token: { acrs: { essential: true, value: '??>~~>' } } };
  const url = (text: string) => btoa(text).replaceAll('+', '-').replaceAll('/', '_');

  test.each<[string, (text: string) => string]>([
    ['Base64', btoa],
    ['Base64 without padding', (text) => btoa(text).replaceAll('=', '')],
    ['base64url', url],
    ['base64url without padding', (text) => url(text).replaceAll('=', '')],
  ])('in %s reach the sign-in', async (_, encode) => {
    service.demands = [{ claims, appliesTo: writes, encode }];
    const id = await enable();
    await stepUp(id);
    expect(JSON.parse(service.claimsOf(service.windows[0]))).toMatchObject(claims);
    expect(await entry(id)).toMatchObject({ state: 'done' });
  });

  test.each<[string, string]>([
    ['no Base64', '%%%'],
    ['no JSON', btoa('claims')],
    ['a list', btoa('[1]')],
    ['without a claim', btoa('{}')],
    ['a claim that is text', btoa('{"access_token":{"acrs":"c1"}}')],
    [
      'undecodable beside a valid challenge',
      `${btoa(JSON.stringify(claims))}", Bearer error="insufficient_claims", claims="%%%`,
    ],
    ['longer than 4 kB', btoa(JSON.stringify({ access_token: { acrs: { value: 'c'.repeat(4_096) } } }))],
  ])('that are %s fail the write with a reason', async (_, encoded) => {
    service.demands = [{ claims, appliesTo: writes, encode: () => encoded }];
    const id = await enable();
    expect(await entry(id)).toMatchObject({
      state: 'failed',
      error: { kind: 'unexpected-answer', code: 'invalid-claims', status: 401 },
    });
    await enable();
    expect(new Set(refusedTokens()).size, 'the rejected token is forgotten').toBe(2);
  });
});

describe('a write', () => {
  test('asks for multifactor authentication together with the claims of the challenge', async () => {
    service.demands = [{ claims: acrs('c1'), appliesTo: writes }];
    const id = await enable();
    expect(await entry(id)).toMatchObject({ state: 'needs-step-up' });
    await stepUp(id);
    expect(JSON.parse(service.claimsOf(service.windows[0]))).toEqual({
      access_token: {
        ...acrs('c1').access_token,
        amr: { essential: true, values: ['ngcmfa'] },
        xms_cc: { values: ['cp1'] },
      },
    });
    expect(await entry(id)).toMatchObject({ state: 'done' });
    expect(inMemory(), 'the challenge is dropped').not.toContain('"isTried"');
  });

  test('after single sign-on of an old session asks for multifactor authentication at once (S6)', async () => {
    sandbox.control.ageSignIns(employee, 9 * hour);
    await extension.restartBrowser();
    service.hasSession = false;
    const id = await enable();
    expect(await entry(id)).toMatchObject({ state: 'needs-step-up', error: { kind: 'signed-out' } });
    await stepUp(id);
    expect(await entry(id)).toMatchObject({ state: 'done' });
    expect(service.windows).toHaveLength(1);
  });

  test('gets a sign-in for each new demand (S5)', async () => {
    service.demands = [acrs('c1'), acrs('c2')].map((claims, index) => ({
      claims,
      appliesTo: (request) => writes(request) && service.windows.length === index,
    }));
    service.demands[1] = { claims: acrs('c2'), appliesTo: (request) => writes(request) && service.windows.length > 0 };
    const id = await enable();
    await stepUp(id);
    expect(await entry(id)).toMatchObject({ state: 'needs-step-up' });
    await stepUp(id);
    expect(await entry(id)).toMatchObject({ state: 'done' });
    expect(service.windows.map((url) => /c[12]/.exec(service.claimsOf(url))?.[0])).toEqual(['c1', 'c2']);
  });

  test('fails after three sign-ins, with words of its own', async () => {
    // Without reads meanwhile, which need token requests too.
    extension.isVisible = false;
    for (let number = 0; number < 9; number += 1) {
      service.demands.push({
        claims: acrs(`c${number}`),
        isNeverMet: true,
        appliesTo: (request) => writes(request) && service.windows.length === number,
      });
    }
    const id = await enable();
    for (let number = 0; number < 5; number += 1) await stepUp(id);
    expect(await entry(id)).toMatchObject({ state: 'failed', error: { kind: 'step-up-repeated' } });
    expect(service.windows).toHaveLength(3);
  });

  test('fails after three sign-ins, whose refused codes count', async () => {
    service.demands = [0, 1, 2, 3, 4, 5].map((number) => ({
      claims: acrs(`c${number}`),
      isNeverMet: true,
      appliesTo: (request) =>
        service.windows.length === number && (number % 2 === 0 ? writes(request) : request.url.endsWith('/token')),
    }));
    const id = await enable();
    for (let number = 0; number < 4; number += 1) await stepUp(id);
    expect(await entry(id)).toMatchObject({ state: 'failed', error: { kind: 'step-up-repeated' } });
    expect(service.windows).toHaveLength(3);
  });

  test('whose tokens end within a minute sends no more than six token requests', async () => {
    extension.interfere = async (request, send) => {
      const answer = await send();
      if (!request.url.endsWith('/token') || !answer.ok) return answer;
      return Response.json({ ...((await answer.json()) as object), expires_in: 60 });
    };
    sandbox.control.setPropagation(20_000);
    await extension.ask({ kind: 'sync', accountId });
    await extension.pass(61_000);
    const id = await enable();
    await extension.pass(30_000);
    expect(await entry(id)).toMatchObject({ state: 'done' });
    expect(service.tokenRequests.length).toBeLessThanOrEqual(6);
  });

  test('fails if the same demand comes again after its sign-in, and the next plain sign-in does not repeat it', async () => {
    service.demands = [{ claims: acrs('c1'), appliesTo: writes, isNeverMet: true }];
    const id = await enable();
    await stepUp(id);
    expect(await entry(id)).toMatchObject({ state: 'failed', error: { kind: 'step-up-repeated' } });
    expect([service.windows.length, service.silentSignIns.length]).toEqual([1, 1]);
    await signInAgain();
    expect(service.claimsOf(service.windows.at(-1))).not.toMatch(/acrs|ngcmfa/);
  });

  test('is not permitted only after a 403 to a sign-in that asked for multifactor authentication', async () => {
    sandbox.control.fault({ path: /enableSmsSignIn$/, method: 'POST', answer: { status: 403 } });
    const id = await enable();
    expect(await entry(id)).toMatchObject({ state: 'needs-step-up' });
    await stepUp(id);
    expect(service.claimsOf(service.windows[0])).toContain('ngcmfa');
    expect(await entry(id)).toMatchObject({ state: 'failed', error: { kind: 'not-permitted' } });
  });

  test('is dropped by an error of its sign-in, and the plain sign-in asks for nothing more', async () => {
    service.demands = [{ claims: acrs('c1'), appliesTo: writes }];
    const id = await enable();
    service.errorInWindow = 'access_denied';
    const windowId = await stepUp(id);
    const failed = { state: 'failed', error: { code: 'access_denied' } };
    expect([await entry(windowId), await entry(id)]).toMatchObject([failed, failed]);
    service.errorInWindow = undefined;
    await signInAgain();
    expect(service.claimsOf(service.windows.at(-1))).not.toMatch(/acrs|ngcmfa/);
    expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
  });

  test('whose sign-in is refused by the token endpoint with claims opens one more window with them', async () => {
    sandbox.control.ageSignIns(employee, hour);
    const id = await enable();
    const isNew = (request: Request) => request.url.endsWith('/token') && service.windows.length > 0;
    service.demands = [{ claims: policies, appliesTo: isNew }];
    await stepUp(id);
    expect(service.windows.map((url) => service.claimsOf(url))).toEqual([
      expect.not.stringContaining('polids'),
      expect.stringMatching(/ngcmfa.*polids|polids.*ngcmfa/),
    ]);
    expect(await entry(id)).toMatchObject({ state: 'done' });
  });

  test('that is cancelled leaves the account readable, and the plain sign-in asks for nothing more', async () => {
    service.demands = [{ claims: acrs('c1'), appliesTo: writes }];
    const id = await enable();
    await extension.ask({ kind: 'sync', accountId });
    expect(await account(), 'while it waits').toMatchObject({ session: 'signed-in', failures: 0 });
    await extension.dismiss(id);
    expect(await entry(id)).toMatchObject({ state: 'cancelled' });
    expect(inMemory()).not.toContain('acrs');
    await signInAgain();
    expect(service.claimsOf(service.windows[0])).not.toMatch(/acrs|ngcmfa/);
  });
});
