// What becomes of a session at the service, and of its end: the real background and adapters against the sandbox, in a time of
// their own. What the person is left with is always the numbers as last read, a plain reason, and a way on.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { SignInCancelled } from '../../lib/background/auth/authorize.ts';
import type { Command } from '../../lib/shared/model/commands.ts';
import { redirectUris } from '../../lib/shared/model/extension-ids.ts';
import { waitFor } from '../../scripts/driver/wait-for.ts';
import { type Organization, startOrganization } from '../../services/sandbox/organization.ts';
import type { Employee } from '../../services/sandbox/sandbox.ts';
import { atSandbox } from '../browser-in-memory.ts';
import { Visitor } from '../conformance/sandbox/visitor.ts';
import { Extension, stopTime } from './extension.ts';

const hour = 3_600_000;
let sandbox: Organization;
let extension: Extension;
/** Who is at the browser, and its session at the service. */
let employee: Employee;
let colleague: Employee;
let visitor: Visitor;
/** What the person does in a window that opens; else they sign in. */
let inWindow: ((url: URL) => Promise<string>) | undefined;
/** The windows a person saw. */
let windows: URL[];

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
  const { id: tenant, clientId } = sandbox.tenant;
  await extension.ask({ kind: 'connect', connection: { cloud: 'global', tenant, clientId } });
});
afterEach(async () => {
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

/** Whatever was refused before. */
async function asksOnce(what: () => Promise<unknown>): Promise<void> {
  const before = enablings().length;
  await what();
  expect(enablings().length - before).toBe(1);
}

/** Access tokens live for an hour to a day: theirs is over, and new ones have to be asked for. */
function tokensEnd(): void {
  for (const [key, value] of extension.memory) {
    if (!key.startsWith('tokens:')) continue;
    for (const each of Object.values(Object(value).access)) Object(each).expiresAt = 0;
  }
}

/** A click on Enable, and time for what follows from it. */
async function enable(): Promise<string> {
  const [method] = await extension.database.methods.toArray();
  const id = await extension.ask({ kind: 'enable', accountId: idOf(employee), methodId: method?.id ?? '' });
  await extension.pass(5_000);
  return id;
}

/** "Sign in again" beside the change that waits for it. */
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

test('token expiry: renewed without a window, and what the change asks for beyond that is asked once', async () => {
  await signedIn();
  extension.isVisible = false;
  await extension.pass(30 * hour);
  expect(windows).toEqual([]);
  extension.isVisible = true;
  const id = await enable();
  // The sign-in is older than it may be for a change, which no token heals.
  expect((await entry(id))?.state).toBe('needs-step-up');
  await stepUp(id);
  expect(windows).toHaveLength(1);
  expect(await shown()).toEqual(on);
  expect((await entry(id))?.state).toBe('done');
});

test('revoked access token: the demand is told, met by one sign-in, and the change is made once', async () => {
  await signedIn();
  sandbox.control.revokeTokens(employee);
  const id = await enable();
  const { state } = (await entry(id)) ?? {};
  if (state !== 'done') await stepUp(id);
  expect((await entry(id))?.state).toBe('done');
  expect(await shown()).toEqual(on);
  expect(windows.length).toBeLessThanOrEqual(1);
});

test('revoked session: the numbers stay, the change waits, and one sign-in carries it on', async () => {
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

test('password change: the refresh token is refused as Entra does, and the person is asked at the next look', async () => {
  await signedIn();
  tokensEnd();
  sandbox.control.endSessions(employee);
  sandbox.control.fault({
    path: /\/token$/,
    method: 'POST',
    answer: {
      status: 400,
      body: { error: 'invalid_grant', error_description: 'AADSTS50173: The provided grant has expired.' },
    },
    times: 1,
  });
  extension.isVisible = false;
  await extension.pass(8 * hour);
  expect(await account()).toMatchObject({ session: 'signed-out', syncError: { kind: 'signed-out' } });
  expect(await shown()).toEqual(off);
  extension.isVisible = true;
  await extension.ask(signIn({ loginHint: (await account())?.loginHint ?? '' }));
  expect(await account()).toMatchObject({ session: 'signed-in' });
  expect((await account())?.syncError).toBeUndefined();
});

describe('the 24-hour end of a refresh token', () => {
  beforeEach(() => {
    extension.isVisible = false;
  });

  test('with a session at the service it goes on in silence', async () => {
    await signedIn();
    await extension.pass(40 * hour);
    expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
    expect(windows).toEqual([]);
  });

  test('without one the person is asked, and the numbers stay', async () => {
    await signedIn();
    sandbox.control.endSessions(employee);
    await extension.pass(60 * hour);
    expect(await account()).toMatchObject({ session: 'signed-out' });
    expect(await shown()).toEqual(off);
    expect(windows).toEqual([]);
  });
});

describe('account switched at the service', () => {
  /** Somebody else has signed in at the browser. */
  async function switched(): Promise<void> {
    sandbox.control.revokeTokens(employee, { refreshTokens: true });
    visitor = new Visitor(sandbox);
    await extension.ask({ ...signIn(), loginHint: 'another window' } as Command);
  }

  test('in silence: the colleague is not taken for the person, and not taken in', async () => {
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

  test('in the window of a change: refused in words of its own, and the change still waits', async () => {
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

  test('by "another account": both are there, each with its own numbers', async () => {
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

test.each([-25, -3, 3, 25])('clock wrong: the service is %d hours ahead, and all goes through', async (hours) => {
  sandbox.control.clock.advance(hours * hour);
  await signedIn();
  const id = await enable();
  expect((await entry(id))?.state).toBe('done');
  expect(await shown()).toEqual(on);
  expect(enablings()).toHaveLength(1);
  extension.isVisible = false;
  await extension.pass(8 * hour);
  expect(await account()).toMatchObject({ session: 'signed-in', failures: 0 });
});

test('a clock that is put right while signed in costs nobody the session', async () => {
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

describe('two flows at once', () => {
  test('a window while tokens are renewed: one session, and both end', async () => {
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

  test('two windows for the same change: it is made once', async () => {
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

describe('a window that does not come back', () => {
  test('cancelled: the change still waits, and the next window carries it on', async () => {
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

  test('abandoned, and the background stopped meanwhile: the same', async () => {
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

/** What administrators decide, at the window and later. */
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
  test('while signed in: told for what it is, the numbers stay, and it goes on when it is allowed again', async () => {
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

  test('a change meanwhile is refused with the same reason, and nothing was changed', async () => {
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

  test('at the window: the service tells it on its own page and leads nowhere; closed, all is as before', async () => {
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
