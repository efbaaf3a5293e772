// The service worker under managed policy, against the sandbox.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tablesOf } from '../../../lib/background/db/read-tables.ts';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { readRows } from '../../../lib/shared/tables/page-rows.ts';
import { codeIn } from '../../../scripts/driver/code-in-text.ts';
import { waitFor } from '../../../scripts/driver/wait-for.ts';
import { gatewayHost } from '../../../services/sandbox/gateway.ts';
import { type Organization, startOrganization } from '../../../services/sandbox/organization.ts';
import { Installation } from './installation.ts';

let sandbox: Organization;
let installation: Installation;
let connected: Record<string, unknown>;
let accountId: string;

beforeEach(async () => {
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
  installation = new Installation(sandbox, sandbox.employees.mobileNotEnabled);
  const { id: tenantId, clientId, gateway } = sandbox.tenant;
  connected = { tenantId, clientId, gatewayUrl: `https://${gatewayHost}`, gatewayScope: gateway.scope };
});

afterEach(async () => {
  installation.stop();
  await sandbox.close();
});

async function receive(policy: unknown): Promise<void> {
  installation.managed = policy;
  await installation.background.managedChanged();
}

async function signIn(): Promise<string> {
  await installation.carryOut({ kind: 'sign-in', connectionId: sandbox.tenant.id, from: 'popup' });
  const [account] = await installation.database.accounts.toArray();
  if (!account) throw new Error(`Not signed in: ${JSON.stringify(await installation.database.outbox.toArray())}`);
  await waitFor(async () => expect(await installation.database.methods.count()).toBe(1));
  return account.id;
}

const requests = () => sandbox.requests.length;
const lastCommand = async () => (await installation.database.outbox.orderBy('updatedAt').reverse().first())?.error;
const verification = () => installation.database.verifications.toCollection().last();
const reaches = (state: string) => waitFor(async () => expect((await verification())?.state).toBe(state));

const number = '+447700900533';
const codeOfText = () => codeIn(sandbox.handsets.texts(number)[0]?.body);

async function registerUntilCode(): Promise<void> {
  await installation.ask(
    { kind: 'text-code', accountId, verificationId: crypto.randomUUID(), type: 'alternateMobile', purpose: 'add' },
    { phoneNumber: number },
  );
  await reaches('awaiting-code');
}

test('after the installation, setup is offered unless a policy connects or pauses the extension', async () => {
  const { background } = installation;
  expect(await background.isSetUp()).toBe(false);
  installation.managed = {};
  expect(await background.isSetUp(), 'an empty policy').toBe(false);
  installation.managed = { paused: true };
  expect(await background.isSetUp()).toBe(true);
  installation.managed = connected;
  expect(await background.isSetUp()).toBe(true);
});

test('a connection from policy is used without being stored', async () => {
  await receive({ ...connected, organizationName: 'Contoso' });
  accountId = await signIn();
  expect(await installation.database.connections.count()).toBe(0);
  expect((await readRows(tablesOf(installation.database))).connections).toMatchObject([
    { tenant: 'Contoso', managed: true },
  ]);
  await registerUntilCode();
});

test('a sign-in requests the scopes of the policy', async () => {
  await receive({ ...connected, scopes: ['UserAuthMethod-Phone.ReadWrite'] });
  accountId = await signIn();
  expect(await installation.database.accounts.get(accountId)).toMatchObject({ defaultMethod: 'unknown' });
  expect(installation.remembered).toContain('UserAuthMethod-Phone.ReadWrite');
  expect(installation.remembered).not.toContain('UserAuthenticationMethod.ReadWrite');
});

test('after a policy connects the extension, a user with a browser session at the sign-in service is signed in silently at a scheduled time', async () => {
  const page = await installation.visitor.open('https://mysignins.microsoft.com/security-info');
  await installation.visitor.signIn(page, sandbox.employees.mobileNotEnabled);
  await receive(connected);
  expect(await installation.database.accounts.toArray()).toEqual([]);
  expect(await installation.database.silentSignIns.toCollection().modify({ nextAt: Date.now() })).toBe(1);
  await installation.background.wake();
  expect(await installation.database.accounts.toArray()).toMatchObject([
    { userName: sandbox.employees.mobileNotEnabled.userName },
  ]);
});

test('removing the policy deletes its accounts and a registration in progress, and leaves one notice', async () => {
  await receive(connected);
  accountId = await signIn();
  await registerUntilCode();
  await receive(undefined);
  for (const table of installation.database.tables) {
    expect(await table.toArray(), table.name).toEqual(
      table.name === 'notices' ? [{ id: 'signed-out-by-policy', at: expect.any(Number) }] : [],
    );
  }
  expect(installation.remembered).not.toMatch(/tokens:|code:|phoneNumber:|7700/);
  const before = requests();
  await installation.background.wake();
  await installation.background.browserStarted();
  expect(requests()).toBe(before);
  expect((await readRows(tablesOf(installation.database))).notices).toHaveLength(1);
  await installation.background.dismiss('signed-out-by-policy');
  expect((await readRows(tablesOf(installation.database))).notices).toEqual([]);
});

test('case 59: a pause while a code is awaited blocks every request with a reason, and the code is valid after it', async () => {
  await receive(connected);
  accountId = await signIn();
  await registerUntilCode();
  const id = (await verification())?.id ?? '';
  await receive({ ...connected, paused: true });
  const before = requests();
  const confirm = { kind: 'confirm-code', accountId, verificationId: id } as const;
  const code = codeOfText();
  await installation.carryOut(confirm, { code });
  expect((await verification())?.error).toMatchObject({ kind: 'paused' });
  expect(installation.remembered).not.toContain(code);
  for (const command of [
    { kind: 'sync', accountId } as const,
    { kind: 'sign-in', connectionId: sandbox.tenant.id, from: 'popup' } as const,
    { kind: 'enable', accountId, methodId: (await installation.database.methods.toArray())[0]?.id ?? '' } as const,
  ]) {
    await installation.carryOut(command);
    expect(await lastCommand()).toMatchObject({ kind: 'paused' });
  }
  await installation.background.wake();
  await installation.background.visible();
  await installation.background.browserStarted();
  await installation.restart();
  await installation.background.wake();
  expect(requests()).toBe(before);
  expect(await verification()).toMatchObject({ id, state: 'awaiting-code' });
  expect(await installation.database.accounts.count()).toBe(1);

  await receive(connected);
  await installation.ask(confirm, { code });
  await reaches('done');
});

describe('case 84: a pause ends a request that is under way', () => {
  /** Never answers the next request of the kind, before or after the service has carried it out. */
  function hold(isMeant: (request: Request) => boolean, when: 'before' | 'after') {
    const arrived = Promise.withResolvers<Request>();
    installation.interfere = async (request, send) => {
      if (!isMeant(request)) return send();
      installation.interfere = undefined;
      if (when === 'after') await send();
      arrived.resolve(request);
      return new Promise(() => {});
    };
    return arrived.promise;
  }

  beforeEach(async () => {
    await receive(connected);
    accountId = await signIn();
  });

  test('of a sync, which ends with the pause as its reason', async () => {
    const held = hold(({ url }) => url.includes('/authentication/'), 'before');
    const sync = installation.carryOut({ kind: 'sync', accountId });
    const request = await held;
    await receive({ ...connected, paused: true });
    await sync;
    expect(request.signal.aborted).toBe(true);
    expect(await lastCommand()).toMatchObject({ kind: 'paused' });
    await receive(connected);
    await installation.carryOut({ kind: 'sync', accountId });
    expect(await lastCommand()).toBeUndefined();
  });

  test.each([
    ['before', 'failed'],
    ['after', 'done'],
  ] as const)('of Enable, whose effect is read after the pause: held %s the service, %s', async (when, state) => {
    const isEnable = ({ url }: Request) => url.endsWith('/enableSmsSignIn');
    const held = hold(isEnable, when);
    const [method] = await installation.database.methods.toArray();
    const id = await installation.ask({ kind: 'enable', accountId, methodId: method?.id ?? '' });
    await held;
    const row = () => installation.database.outbox.get(id);
    await receive({ ...connected, paused: true });
    await waitFor(async () => expect(await row()).toMatchObject({ state: 'settling', error: { kind: 'paused' } }));
    await installation.database.outbox.update(id, { settleBy: 0, readAt: 0 });
    await receive(connected);
    await installation.background.wake();
    await waitFor(async () => expect((await row())?.state).toBe(state));
    expect(sandbox.requests.filter(({ path }) => path.endsWith('/enableSmsSignIn'))).toHaveLength(
      Number(when === 'after'),
    );
  });

  test('of a confirmation, whose outcome is read after the pause', async () => {
    await registerUntilCode();
    const id = (await verification())?.id ?? '';
    const held = hold(({ url }) => url.includes('/confirm'), 'after');
    await installation.ask({ kind: 'confirm-code', accountId, verificationId: id }, { code: codeOfText() });
    await held;
    await receive({ ...connected, paused: true });
    await waitFor(async () =>
      expect(await verification()).toMatchObject({ state: 'confirming', error: { kind: 'paused' } }),
    );
    await receive(connected);
    await installation.background.wake();
    await reaches('done');
  });
});

test('a code whose confirmation was interrupted by a pause is settled after the pause', async () => {
  await receive(connected);
  accountId = await signIn();
  await registerUntilCode();
  const id = (await verification())?.id ?? '';
  const code = codeOfText();
  // The gateway has received the code; the pause and the stop of the service worker come before its answer.
  const stopped = Promise.withResolvers<void>();
  installation.interfere = async (request, send) => {
    const response = await send();
    if (!request.url.includes('/confirm')) return response;
    await receive({ ...connected, paused: true });
    installation.stop();
    stopped.resolve();
    return response;
  };
  await installation.ask({ kind: 'confirm-code', accountId, verificationId: id }, { code });
  await stopped.promise;
  installation.interfere = undefined;
  const before = requests();
  await installation.restart();
  await installation.background.wake();
  expect(requests()).toBe(before);
  expect(await verification()).toMatchObject({ state: 'confirming' });
  await receive(connected);
  await reaches('done');
});

test('a change that settles during a pause ends with its actual outcome after the pause', async () => {
  await receive(connected);
  accountId = await signIn();
  const [method] = await installation.database.methods.toArray();
  installation.interfere = async (request, send) => {
    const response = await send();
    if (request.url.endsWith('/enableSmsSignIn')) await receive({ ...connected, paused: true });
    return response;
  };
  const id = await installation.ask({ kind: 'enable', accountId, methodId: method?.id ?? '' });
  await waitFor(async () =>
    expect(await installation.database.outbox.get(id)).toMatchObject({ state: 'settling', reads: 1 }),
  );
  await receive(connected);
  await waitFor(async () =>
    expect(await installation.database.outbox.get(id)).toMatchObject({ state: 'done', smsSignIn: 'ready' }),
  );
});

test('after the policy names another application, the tokens of the previous one are not used', async () => {
  await receive(connected);
  accountId = await signIn();
  const before = requests();
  await receive({ ...connected, clientId: '99999999-7777-4888-9999-aaaaaaaaaaaa' });
  await installation.carryOut({ kind: 'sync', accountId });
  expect(sandbox.requests.slice(before).filter(({ host }) => host === 'graph.microsoft.com')).toEqual([]);
});

test('tenantLock signs out accounts of other organizations and keeps the manual connection stored', async () => {
  const { domain, clientId } = sandbox.tenant;
  await installation.carryOut({ kind: 'connect', connection: { cloud: 'global', tenant: domain, clientId } });
  accountId = await signIn();
  const other = { tenantId: '99999999-2222-4333-8444-555555555555', clientId };
  await receive({ ...other, tenantLock: true });
  expect(await installation.database.accounts.count()).toBe(0);
  await installation.carryOut({ kind: 'sign-in', connectionId: sandbox.tenant.id, from: 'popup' });
  expect(await lastCommand()).toMatchObject({ kind: 'not-configured' });
  await installation.carryOut({ kind: 'connect', connection: { cloud: 'global', tenant: domain, clientId } });
  expect(await lastCommand()).toMatchObject({ kind: 'not-available' });
  await receive({});
  expect((await readRows(tablesOf(installation.database))).connections.map(({ id }) => id)).toEqual([
    sandbox.tenant.id,
  ]);
});

test('with allowRemove false and smsSignIn off, remove and enable fail without a request', async () => {
  await receive({ ...connected, allowRemove: false, smsSignIn: 'off' });
  accountId = await signIn();
  const [method] = await installation.database.methods.toArray();
  const writes = () => sandbox.requests.filter(({ host, method: verb }) => host.startsWith('graph') && verb !== 'GET');
  for (const kind of ['remove', 'enable'] as const) {
    await installation.carryOut({ kind, accountId, methodId: method?.id ?? '' });
    expect(await lastCommand()).toMatchObject({ kind: 'not-available' });
  }
  expect(writes()).toEqual([]);
});

test('syncIntervalHours sets the time of the next sync', async () => {
  await receive({ ...connected, syncIntervalHours: 100 });
  accountId = await signIn();
  const { nextSyncAt = 0, syncedAt = 0 } = (await installation.database.accounts.get(accountId)) ?? {};
  const hours = (nextSyncAt - syncedAt) / 3_600_000;
  expect(hours).toBeGreaterThan(79);
  expect(hours).toBeLessThan(121);
});
