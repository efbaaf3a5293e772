// What the service worker stores after errors of the sign-in service, and how it goes on.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { gatewayHost } from '../../../services/sandbox/gateway.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import { Visitor } from '../sandbox/visitor.ts';
import { Installation } from './installation.ts';

/** Selects Cancel on the sign-in page. */
class CancellingVisitor extends Visitor {
  override signIn(page: Parameters<Visitor['signIn']>[0]) {
    return this.submit(page, { cancel: '' });
  }
}

const tokenEndpoint = { host: 'login.microsoftonline.com', method: 'POST', path: /\/token$/ };
const phoneMethods = { host: 'graph.microsoft.com', method: 'GET', path: /\/phoneMethods$/ };
const permission = 'https://graph.microsoft.com/UserAuthenticationMethod.ReadWrite';

let sandbox: Organization;
let installation: Installation;

beforeEach(async () => {
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
  installation = new Installation(sandbox, sandbox.employees.mobileNotEnabled, { isMoved: true });
});

afterEach(async () => {
  installation.stop();
  await sandbox.close();
});

const account = async () => (await installation.database.accounts.toArray())[0];
const commands = async (kind: string) =>
  (await installation.database.outbox.toArray()).filter(({ command }) => command.kind === kind);
const tokenRequests = () => sandbox.requests.filter(({ path }) => path.endsWith('/token')).length;
const graphRequests = () => sandbox.requests.filter(({ host }) => host === phoneMethods.host).length;

/** Changes the scope in the answers of the token endpoint. */
function grant(scope: string): void {
  installation.interfere = async (request, send) => {
    const response = await send();
    if (!new URL(request.url).pathname.endsWith('/token')) return response;
    return new Response(JSON.stringify({ ...(await response.json()), scope }), response);
  };
}

test('Cancel on the sign-in page ends the sign-in as cancelled, with its details (S19)', async () => {
  const { domain, id, clientId } = sandbox.tenant;
  await installation.carryOut({ kind: 'connect', connection: { cloud: 'global', tenant: domain, clientId } });
  installation.visitor = new CancellingVisitor(sandbox);
  await installation.carryOut({ kind: 'sign-in', connectionId: id, from: 'popup' });
  expect(await commands('sign-in')).toMatchObject([
    { state: 'cancelled', error: { kind: 'sign-in-not-finished', code: 'access_denied' } },
  ]);
  expect(await account()).toBeUndefined();
});

/** Leaves the page on which an administrator or the user has to consent. */
class DecliningVisitor extends Visitor {
  fields: Record<string, string>[] = [];

  override async signIn(...visit: Parameters<Visitor['signIn']>) {
    let page = await super.signIn(...visit);
    for (const fields of this.fields) page = await this.submit(page, fields);
    return page;
  }
}

const approval = { kind: 'consent-required', code: 'AADSTS90095' };

test.each([
  { consent: 'missing', workflow: false, fields: [{}], error: { ...approval, code: 'AADSTS90094' } },
  { consent: 'missing', workflow: true, fields: [{ cancel: '' }], error: approval },
  { consent: 'missing', workflow: true, fields: [{ request: '', justification: 'For work' }, {}], error: approval },
  {
    consent: 'users',
    workflow: false,
    fields: [{ cancel: '' }],
    error: { kind: 'sign-in-not-finished', code: 'AADSTS65004' },
  },
] as const)(
  'leaving the page for consent ends the sign-in: %j (S9, S21)',
  async ({ consent, workflow, fields, error }) => {
    const { domain, id, clientId } = sandbox.tenant;
    sandbox.control.setConsent(consent);
    sandbox.control.allowConsentRequests(workflow);
    await installation.carryOut({ kind: 'connect', connection: { cloud: 'global', tenant: domain, clientId } });
    const visitor = new DecliningVisitor(sandbox);
    visitor.fields = [...fields];
    installation.visitor = visitor;
    await installation.carryOut({ kind: 'sign-in', connectionId: id, from: 'popup' });
    const state = error.kind === 'sign-in-not-finished' ? 'cancelled' : 'failed';
    expect(await commands('sign-in')).toMatchObject([{ state, error }]);
    expect(await account()).toBeUndefined();
  },
);

test('Cancel on the page of a step-up leaves the change waiting, and the next sign-in resumes it (S19)', async () => {
  const accountId = await installation.signedIn();
  await installation.carryOut({ kind: 'sync', accountId });
  const [method] = await installation.database.methods.toArray();
  const own = installation.visitor;
  sandbox.control.ageSignIns(sandbox.employees.mobileNotEnabled, 11 * 60_000);
  const waitingId = await installation.ask({ kind: 'enable', accountId, methodId: method?.id ?? '' });
  await expect.poll(async () => (await installation.database.outbox.get(waitingId))?.state).toBe('needs-step-up');

  installation.visitor = new CancellingVisitor(sandbox);
  await installation.carryOut({ kind: 'step-up', accountId, waitingId, from: 'popup' });
  expect(await commands('step-up')).toMatchObject([{ state: 'cancelled', error: { kind: 'sign-in-not-finished' } }]);
  expect(await installation.database.outbox.get(waitingId)).toMatchObject({ state: 'needs-step-up' });

  installation.visitor = own;
  await installation.carryOut({ kind: 'step-up', accountId, waitingId, from: 'popup' });
  await expect.poll(async () => (await installation.database.outbox.get(waitingId))?.state).toBe('done');
});

test('a token without the permission is reported as such, without a request to Graph, until it is granted (S17)', async () => {
  grant('openid profile User.Read');
  const accountId = await installation.signedIn();
  await installation.carryOut({ kind: 'sync', accountId });
  expect(await account()).toMatchObject({
    session: 'signed-in',
    syncError: { kind: 'permission-missing', scope: permission },
  });
  expect(graphRequests()).toBe(0);
  installation.interfere = undefined;
  await installation.carryOut({ kind: 'sync', accountId });
  expect(await account()).not.toHaveProperty('syncError');
  expect(await installation.database.methods.count()).toBe(1);
});

test('a refused first read says that the permission is missing, and the next one uses a new token (S20)', async () => {
  const refusal = sandbox.control.fault({ ...phoneMethods, answer: { status: 403 } });
  const accountId = await installation.signedIn();
  // The sign-in reads the account.
  await expect
    .poll(async () => (await account())?.syncError)
    .toMatchObject({ kind: 'permission-missing', status: 403 });
  expect(await account()).toMatchObject({ session: 'signed-in' });
  refusal.remove();
  const before = tokenRequests();
  await installation.carryOut({ kind: 'sync', accountId });
  expect(await account()).not.toHaveProperty('syncError');
  expect(tokenRequests()).toBe(before + 1);
});

test.each([
  `User.Read profile openid ${permission}`,
  permission.toUpperCase(),
  'userauthenticationmethod.readwrite User.Read',
])('with the granted scope "%s" the default method is read (S16)', async (scope) => {
  grant(scope);
  const accountId = await installation.signedIn();
  await installation.carryOut({ kind: 'sync', accountId });
  expect((await account())?.defaultMethod).toMatchObject({ kind: expect.any(String) });
});

test.each([
  ['without a permission is left alone for a minute', false, 59, 72],
  ['with the permission is left alone as long as it says', true, 880, 900],
])(
  'a busy sign-in service %s: the time is named, and no request is sent before it (S12)',
  async (_, isGranted, atLeast, atMost) => {
    installation.hasGrantedSignInHost = isGranted;
    const accountId = await installation.signedIn();
    await installation.carryOut({ kind: 'sync', accountId });
    sandbox.control.fault({ ...phoneMethods, answer: { status: 401 }, times: 1 });
    sandbox.control.fault({ ...tokenEndpoint, throttle: { retryAfter: 900 } });
    await installation.carryOut({ kind: 'sync', accountId });
    const { syncError } = (await account()) ?? {};
    expect(syncError).toMatchObject({ kind: 'service-unavailable', status: 429 });
    const seconds = ((syncError?.retryAt ?? 0) - sandbox.control.clock.now()) / 1000;
    expect(seconds).toBeGreaterThan(atLeast);
    expect(seconds).toBeLessThanOrEqual(atMost);
    await installation.restart();

    const before = tokenRequests();
    await installation.carryOut({ kind: 'sync', accountId });
    await installation.carryOut({ kind: 'sign-in', connectionId: sandbox.tenant.id, from: 'popup' });
    expect((await commands('sign-in')).map(({ state }) => state).sort()).toEqual(['done', 'failed']);
    expect(await commands('sign-in')).toContainEqual(
      expect.objectContaining({ error: expect.objectContaining({ retryAt: syncError?.retryAt }) }),
    );
    expect(tokenRequests()).toBe(before);
  },
);

test('a mistyped scope of the gateway is not configured, with its number and the scope in the details (S10)', async () => {
  const accountId = await installation.signedIn();
  const scope = sandbox.tenant.gateway.scope.replace('PhoneVerification', 'PhoneVerificaton');
  await installation.database.connections.update(sandbox.tenant.id, {
    gateway: { url: `https://${gatewayHost}`, scope },
  });
  const verificationId = crypto.randomUUID();
  await installation.carryOut(
    { kind: 'text-code', accountId, verificationId, type: 'alternateMobile', purpose: 'add' },
    { phoneNumber: '+447700900101' },
  );
  expect(await installation.database.verifications.get(verificationId)).toMatchObject({
    state: 'failed',
    error: { kind: 'not-configured', code: 'AADSTS70011', scope },
  });
});
