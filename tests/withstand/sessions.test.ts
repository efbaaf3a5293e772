// Sessions at the service and their ends, against the sandbox and with a fake clock. The user always keeps the cached numbers, a
// reason and a way to sign in.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { SignInCancelled } from '../../lib/background/auth/authorize.ts';
import type { Command } from '../../lib/shared/model/commands.ts';
import { redirectUris } from '../../lib/shared/model/extension-ids.ts';
import { waitFor } from '../../scripts/driver/wait-for.ts';
import { type Organization, startOrganization } from '../../services/sandbox/organization.ts';
import type { Employee } from '../../services/sandbox/sandbox.ts';
import { atSandbox } from '../browser-in-memory.ts';
import { Visitor } from '../conformance/sandbox/visitor.ts';
import { type Act, exceededLimits } from '../request-limits.ts';
import { Extension, stopTime } from './extension.ts';

const hour = 3_600_000;
let sandbox: Organization;
let extension: Extension;
/** The user of the browser, and the session at the service. */
let employee: Employee;
let colleague: Employee;
let visitor: Visitor;
/** Replaces the sign-in of the user in a window. */
let inWindow: ((url: URL) => Promise<string>) | undefined;
/** The opened sign-in windows. */
let windows: URL[];
let acts: Act[] = [];

beforeAll(async () => {
  stopTime(Date.UTC(2026, 7, 3, 9));
  sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
});
beforeEach(async () => {
  stopTime(Date.UTC(2026, 7, 3, 9));
  employee = sandbox.employees.mobileNotEnabled;
  colleague = sandbox.employees.mobileReady;
  visitor = new Visitor(sandbox);
  inWindow = undefined;
  windows = [];
  extension = new Extension({
    fetch: (request) => atSandbox(sandbox, { employee, visitor }).fetch(request),
    async signIn(url, interactive) {
      if (interactive) windows.push(url);
      if (interactive && inWindow) return inWindow(url);
      return atSandbox(sandbox, { employee, visitor }).signIn(url, interactive);
    },
  });
  acts = [];
  extension.acts = (continues) => acts.push({ index: sandbox.requests.length, continues });
  const { id: tenant, clientId } = sandbox.tenant;
  await extension.ask({ kind: 'connect', connection: { cloud: 'global', tenant, clientId } });
});
afterEach(async () => {
  expect(exceededLimits(sandbox.requests, acts), 'requests beyond the limits').toEqual([]);
  sandbox.control.reset();
  await extension.close();
  vi.useRealTimers();
});
afterAll(() => sandbox.close());

const idOf = ({ oid }: Employee) => `${sandbox.tenant.id}.${oid}`;
const account = (of = employee) => extension.database.accounts.get(idOf(of));
const signIn = (more: { loginHint?: string } = {}): Command => ({
  ...{ kind: 'sign-in', connectionId: sandbox.tenant.id, from: 'popup', ...more },
});
const entry = (id: string) => extension.database.outbox.get(id);
const shown = async () =>
  (await extension.database.methods.toArray()).map(({ masked, smsSignIn }) => [masked, smsSignIn]);
const off = [['+44 •••• 102', 'notEnabled']];
const on = [['+44 •••• 102', 'ready']];
const requests = (path: RegExp) => sandbox.requests.filter((each) => path.test(each.path) && each.method === 'POST');
const enablings = () => requests(/\/enableSmsSignIn$/);

/** Not counting earlier requests. */
async function asksOnce(what: () => Promise<unknown>): Promise<void> {
  const before = enablings().length;
  await what();
  expect(enablings().length - before).toBe(1);
}

/** Expires every access token. */
function tokensEnd(): void {
  for (const [key, value] of extension.memory) {
    if (!key.startsWith('tokens:')) continue;
    for (const each of Object.values(Object(value).access)) Object(each).renewAt = 0;
  }
}

/** Clicks Enable and waits five seconds. */
async function enable(): Promise<string> {
  const [method] = await extension.database.methods.toArray();
  const id = await extension.ask({ kind: 'enable', accountId: idOf(employee), methodId: method?.id ?? '' });
  await extension.pass(5_000);
  return id;
}

/** Clicks **Sign in again** and waits five seconds. */
async function stepUp(commandId: string): Promise<string> {
  const id = await extension.ask({ kind: 'step-up', accountId: idOf(employee), waitingId: commandId, from: 'popup' });
  await extension.pass(5_000);
  return id;
}

async function signedIn(): Promise<void> {
  await extension.ask(signIn());
  expect(await account()).toMatchObject({ session: 'signed-in' });
  expect(await shown()).toEqual(off);
  windows = [];
}

test('an expired token is renewed without a window, and a change asks for step-up once', async () => {
  await signedIn();
  extension.isVisible = false;
  await extension.pass(30 * hour);
  expect(windows).toEqual([]);
  extension.isVisible = true;
  const id = await enable();
  // The sign-in is too old for a change, also with a new token.
  expect((await entry(id))?.state).toBe('needs-step-up');
  await stepUp(id);
  expect(windows).toHaveLength(1);
  expect(await shown()).toEqual(on);
  expect((await entry(id))?.state).toBe('done');
});

test('after an access token was revoked, a change needs at most one sign-in and is sent once', async () => {
  await signedIn();
  sandbox.control.revokeTokens(employee);
  const id = await enable();
  const { state } = (await entry(id)) ?? {};
  if (state !== 'done') await stepUp(id);
  expect((await entry(id))?.state).toBe('done');
  expect(await shown()).toEqual(on);
  expect(windows.length).toBeLessThanOrEqual(1);
});

test('after an access token and the refresh token were revoked, the session at the service recovers the account (S3)', async () => {
  await signedIn();
  sandbox.control.revokeTokens(employee);
  await extension.ask({ kind: 'sync', accountId: idOf(employee) });
  await extension.pass(5_000);
  sandbox.control.revokeTokens(employee);
  sandbox.control.fault({
    ...{ path: /\/token$/, method: 'POST', times: 1 },
    answer: { status: 400, body: { error: 'invalid_grant', error_description: 'AADSTS50173: It was revoked.' } },
  });
  await extension.ask({ kind: 'sync', accountId: idOf(employee) });
  expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
  expect(windows).toEqual([]);
});

test('after the session was revoked, the numbers stay and the change resumes after one sign-in', async () => {
  await signedIn();
  sandbox.control.revokeTokens(employee, { refreshTokens: true });
  const id = await enable();
  expect((await entry(id))?.state).toBe('needs-step-up');
  expect(await shown()).toEqual(off);
  expect(windows, 'nothing opens without a click').toEqual([]);
  await stepUp(id);
  expect(windows).toHaveLength(1);
  expect((await entry(id))?.state).toBe('done');
  expect(await shown()).toEqual(on);
});

test('after a password change the account is signed out, keeps its numbers and can sign in again', async () => {
  await signedIn();
  tokensEnd();
  sandbox.control.endSessions(employee);
  const refusal = sandbox.control.fault({
    path: /\/token$/,
    method: 'POST',
    answer: {
      status: 400,
      body: { error: 'invalid_grant', error_description: 'AADSTS50173: The provided grant has expired.' },
    },
  });
  extension.isVisible = false;
  await extension.pass(8 * hour);
  expect(await account()).toMatchObject({ session: 'signed-out', syncError: { kind: 'signed-out' } });
  expect(await shown()).toEqual(off);
  extension.isVisible = true;
  refusal.remove();
  await extension.ask(signIn({ loginHint: (await account())?.loginHint ?? '' }));
  expect(await account()).toMatchObject({ session: 'signed-in' });
  expect((await account())?.syncError).toBeUndefined();
});

describe('the 24-hour end of a refresh token', () => {
  beforeEach(() => {
    extension.isVisible = false;
  });

  test('is bridged by a silent sign-in if there is a session at the service', async () => {
    await signedIn();
    await extension.pass(40 * hour);
    expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
    expect(windows).toEqual([]);
  });

  test('signs the account out without a session, and keeps its numbers', async () => {
    await signedIn();
    sandbox.control.endSessions(employee);
    await extension.pass(60 * hour);
    expect(await account()).toMatchObject({ session: 'signed-out' });
    expect(await shown()).toEqual(off);
    expect(windows).toEqual([]);
  });
});

describe('another account at the service', () => {
  /** Another user has signed in in this browser. */
  async function switched(): Promise<void> {
    sandbox.control.revokeTokens(employee, { refreshTokens: true });
    visitor = new Visitor(sandbox);
    await extension.ask({ ...signIn(), loginHint: 'another window' } as Command);
  }

  test('is not used by a silent sign-in, and not stored', async () => {
    await signedIn();
    const own = employee;
    sandbox.control.revokeTokens(own, { refreshTokens: true });
    visitor = new Visitor(sandbox);
    const page = await visitor.open('https://mysignins.microsoft.com/security-info');
    await visitor.signIn(page, colleague);
    extension.isVisible = false;
    await extension.pass(8 * hour);
    expect(await account(own)).toMatchObject({ session: 'signed-out' });
    expect(await account(colleague)).toBeUndefined();
    expect([...extension.memory.keys()].filter((key) => key.startsWith(`tokens:${idOf(colleague)}`))).toEqual([]);
  });

  test('in the step-up window is refused as account-not-allowed, and the change still waits', async () => {
    await signedIn();
    const own = employee;
    sandbox.control.revokeTokens(own, { refreshTokens: true });
    const id = await enable();
    inWindow = async (url) => {
      // "Use another account" on the service's page.
      url.searchParams.delete('login_hint');
      visitor = new Visitor(sandbox);
      return atSandbox(sandbox, { employee: colleague, visitor }).signIn(url, true);
    };
    const window = await stepUp(id);
    expect(await entry(window)).toMatchObject({ state: 'failed', error: { kind: 'account-not-allowed' } });
    expect((await entry(id))?.state).toBe('needs-step-up');
    expect(await account(colleague)).toBeUndefined();
    inWindow = undefined;
    visitor = new Visitor(sandbox);
    await stepUp(id);
    expect((await entry(id))?.state).toBe('done');
  });

  test('signs in beside the first, each with its own numbers', async () => {
    await signedIn();
    const own = employee;
    employee = colleague;
    await switched();
    expect(await account(own)).toMatchObject({ userName: own.userName });
    expect(await account(colleague)).toMatchObject({ userName: colleague.userName, session: 'signed-in' });
    const numbers = await extension.database.methods.toArray();
    expect(numbers.map(({ accountId, masked }) => [accountId, masked]).toSorted()).toEqual(
      [
        [idOf(own), '+44 •••• 102'],
        [idOf(colleague), '+44 •••• 104'],
      ].toSorted(),
    );
  });
});

test.each([-25, -3, 3, 25])(
  'with the clock of the service %d hours ahead, sign-in and Enable succeed',
  async (hours) => {
    sandbox.control.clock.advance(hours * hour);
    await signedIn();
    const id = await enable();
    expect((await entry(id))?.state).toBe('done');
    expect(await shown()).toEqual(on);
    expect(enablings()).toHaveLength(1);
    extension.isVisible = false;
    await extension.pass(8 * hour);
    expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
  },
);

test('a corrected clock does not end the session', async () => {
  await signedIn();
  extension.isVisible = false;
  extension.setClock(Date.now() + 5 * hour);
  sandbox.control.clock.advance(-5 * hour);
  await extension.look();
  await extension.pass(8 * hour);
  extension.setClock(Date.now() - 5 * hour);
  sandbox.control.clock.advance(5 * hour);
  await extension.look();
  await extension.pass(8 * hour);
  expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
  expect(windows).toEqual([]);
});

describe('two sign-ins at once', () => {
  test('a window during the renewal of tokens leads to one session, and both commands end', async () => {
    await signedIn();
    tokensEnd();
    const { background } = await extension.alive();
    const ids = [crypto.randomUUID(), crypto.randomUUID()] as const;
    const loginHint = (await account())?.loginHint ?? '';
    await Promise.all([
      background.outbox.accept({ id: ids[0], command: { kind: 'sync', accountId: idOf(employee) } }),
      background.outbox.accept({ id: ids[1], command: signIn({ loginHint }) }),
    ]);
    await extension.settled();
    expect(await Promise.all(ids.map(async (id) => (await entry(id))?.state))).toEqual(['done', 'done']);
    expect(await extension.database.accounts.count()).toBe(1);
    expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
  });

  test('two step-up windows for the same change send it once', async () => {
    await signedIn();
    sandbox.control.revokeTokens(employee, { refreshTokens: true });
    const commandId = await enable();
    const { background } = await extension.alive();
    const command = { kind: 'step-up', accountId: idOf(employee), waitingId: commandId } as const;
    await asksOnce(async () => {
      await Promise.all([
        background.outbox.accept({ id: crypto.randomUUID(), command: { ...command, from: 'popup' } }),
        background.outbox.accept({ id: crypto.randomUUID(), command: { ...command, from: 'options' } }),
      ]);
      await extension.pass(10_000);
    });
    expect((await entry(commandId))?.state).toBe('done');
  });
});

describe('a step-up window without a result', () => {
  test('that was cancelled leaves the change waiting, and the next window resumes it', async () => {
    await signedIn();
    sandbox.control.revokeTokens(employee, { refreshTokens: true });
    const id = await enable();
    inWindow = () => Promise.reject(new SignInCancelled());
    const window = await stepUp(id);
    expect((await entry(window))?.state).toBe('cancelled');
    expect((await entry(id))?.state).toBe('needs-step-up');
    inWindow = undefined;
    await asksOnce(() => stepUp(id));
    expect((await entry(id))?.state).toBe('done');
  });

  test('that was open when the service worker stopped leaves the change waiting, and the next window resumes it', async () => {
    await signedIn();
    sandbox.control.revokeTokens(employee, { refreshTokens: true });
    const id = await enable();
    inWindow = () => new Promise(() => {});
    const { background } = await extension.alive();
    const window = crypto.randomUUID();
    const command = { kind: 'step-up', accountId: idOf(employee), waitingId: id, from: 'popup' } as const;
    void background.outbox.accept({ id: window, command });
    await waitFor(() => expect(windows).toHaveLength(1));
    extension.stop();
    inWindow = undefined;
    await extension.alive();
    expect((await entry(window))?.state).toBe('cancelled');
    await asksOnce(() => stepUp(id));
    expect((await entry(id))?.state).toBe('done');
  });
});

/** Decisions of administrators. */
const decisions = {
  'consent missing': {
    kind: 'consent-required',
    decide: () => sandbox.control.setConsent('missing'),
    undo: () => sandbox.control.setConsent('all'),
  },
  'blocked by access policy': {
    kind: 'blocked-by-access-policy',
    decide: () => sandbox.control.blockByAccessPolicy(true),
    undo: () => sandbox.control.blockByAccessPolicy(false),
  },
} as const;

describe.each(Object.entries(decisions))('%s', (_, { kind, decide, undo }) => {
  test('shows its reason while the user is signed in, keeps the numbers, and ends when access is allowed again', async () => {
    await signedIn();
    decide();
    tokensEnd();
    extension.isVisible = false;
    await extension.pass(8 * hour);
    expect((await account())?.syncError).toMatchObject({ kind });
    expect(await shown()).toEqual(off);
    expect(windows).toEqual([]);
    undo();
    await extension.ask({ kind: 'sync', accountId: idOf(employee) });
    expect((await account())?.syncError).toBeUndefined();
    expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
  });

  test('fails a change with the same reason, without an effect', async () => {
    await signedIn();
    decide();
    tokensEnd();
    const id = await enable();
    await extension.pass(60_000);
    expect(await entry(id)).toMatchObject({ state: 'failed', error: { kind } });
    undo();
    await extension.ask({ kind: 'sync', accountId: idOf(employee) });
    expect(await shown()).toEqual(off);
  });

  test('is shown on the page of the service, and closing the window cancels the sign-in', async () => {
    decide();
    let told = '';
    inWindow = async (url) => {
      const page = await visitor.open(url);
      told = (await visitor.signIn(page, employee)).text;
      throw new SignInCancelled();
    };
    const id = await extension.ask(signIn());
    expect(told).toMatch(/AADSTS|admin approval/);
    expect((await entry(id))?.state).toBe('cancelled');
    expect(await account()).toBeUndefined();
    undo();
    inWindow = undefined;
    visitor = new Visitor(sandbox);
    await signedIn();
  });
});
