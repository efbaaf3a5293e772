// Sessions against the sandbox's sign-in service. What ends, ends on the sandbox's clock.
import 'fake-indexeddb/auto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { SignInAtSandbox } from '../../../tests/sign-in-at-sandbox.ts';
import { redirectUris } from '../../shared/model/extension-ids.ts';
import type { Account, Connection } from '../../shared/model/rows.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { createAuthorize, graphScope } from './authorize.ts';
import { createSessions, type Sessions, signInTarget } from './sessions.ts';
import { createTokenVault } from './token-vault.ts';

const scope = graphScope({ cloud: 'global' });
const hour = 60 * 60_000;

let sandbox: Sandbox;
let at: SignInAtSandbox;
let database: Database;
let sessions: Sessions;
let account: Account;
beforeAll(async () => {
  sandbox = await startSandbox({ redirectUris: Object.values(redirectUris) });
});
beforeEach(async () => {
  at = new SignInAtSandbox(sandbox, sandbox.employees.mobileReady);
  database = openDatabase(`sessions-${crypto.randomUUID()}`);
  const { id, domain, clientId } = sandbox.tenant;
  const connection: Connection = { id, cloud: 'global', tenant: domain, clientId, connectedAt: 0 };
  await database.connections.add(connection);
  const now = () => sandbox.control.clock.now();
  const authorize = createAuthorize({ ...at, now });
  sessions = createSessions({ database, vault: createTokenVault(at.memory), authorize, now });
  const signedIn = await authorize.authorize(signInTarget(connection), { interactive: true });
  await sessions.admit(connection, signedIn);
  account = (await database.accounts.toArray())[0] as Account;
  at.tokenRequests.length = 0;
  at.launched.length = 0;
});
afterEach(async () => {
  sandbox.control.reset();
  await database.delete();
});
afterAll(() => sandbox.close());

const token = (renew = false, of = scope) => sessions.accessToken(account, of, renew);
const grants = () => at.tokenRequests.map((body) => body.get('grant_type'));
const kept = () => at.stored.get(`tokens:${account.id}`) as { refreshToken: string; access: Record<string, object> };
const tokenEndpoint = { host: 'login.microsoftonline.com', method: 'POST', path: /\/token$/ };

describe('signing in', () => {
  test('makes the account known', () => {
    expect(account).toMatchObject({
      connectionId: sandbox.tenant.id,
      userName: sandbox.employees.mobileReady.userName,
      session: 'signed-in',
      defaultMethod: 'unknown',
      failures: 0,
    });
  });

  test("keeps a known account's cache", async () => {
    await database.accounts.update(account.id, { syncedAt: 7, session: 'signed-out' });
    const connection = (await database.connections.toArray())[0] as Connection;
    const authorize = createAuthorize({ ...at, now: Date.now });
    const again = await authorize.authorize(signInTarget(connection), { interactive: false, prompt: 'none' });
    await sessions.admit(connection, again);
    expect(await database.accounts.toArray()).toEqual([expect.objectContaining({ syncedAt: 7, session: 'signed-in' })]);
  });

  test('case 21: tokens are in memory only', async () => {
    const { refreshToken } = kept();
    const everything = JSON.stringify(await Promise.all(database.tables.map((table) => table.toArray())));
    expect(everything).not.toContain(refreshToken);
    expect(everything).not.toContain(await token());
  });

  test('what the token covers', async () => {
    expect(await sessions.covers(account, 'UserAuthenticationMethod.ReadWrite')).toBe(true);
    expect(await sessions.covers(account, 'UserAuthenticationMethod.Read')).toBe(false);
    at.stored.clear();
    expect(await sessions.covers(account, 'UserAuthenticationMethod.ReadWrite')).toBe(false);
  });
});

describe('a token', () => {
  test('is kept as long as it lives, and renewed a minute before it ends', async () => {
    const first = await token();
    expect(await token()).toBe(first);
    expect(grants()).toEqual([]);
    const { expiresAt } = Object.values(kept().access)[0] as { expiresAt: number };
    sandbox.control.clock.advance(expiresAt - sandbox.control.clock.now() - 61_000);
    expect(await token()).toBe(first);
    sandbox.control.clock.advance(1_500);
    sandbox.control.fault({ ...tokenEndpoint, drop: true, times: 1 });
    await expect(token()).rejects.toMatchObject({ kind: 'offline' });
    expect(grants()).toEqual(['refresh_token']);
  });

  test('that was refused is not handed out again; the refresh token is rotated', async () => {
    const first = await token();
    const { refreshToken } = kept();
    const second = await token(true);
    expect(second).not.toBe(first);
    expect(await token()).toBe(second);
    expect(kept().refreshToken).not.toBe(refreshToken);
    await token(true);
    expect(at.tokenRequests.map((body) => body.get('refresh_token'))[0]).toBe(refreshToken);
    expect(new Set(at.tokenRequests.map((body) => body.get('refresh_token'))).size).toBe(2);
  });

  test('case 58: that several wait for is renewed once', async () => {
    at.stored.set(`tokens:${account.id}`, { ...kept(), access: {} });
    const tokens = await Promise.all([token(), token(), token()]);
    expect(new Set(tokens).size).toBe(1);
    expect(grants()).toEqual(['refresh_token']);
  });

  test("another resource's comes from the same refresh token, and both are kept", async () => {
    const { gateway } = sandbox.tenant;
    const forGraph = await token();
    const forGateway = await token(false, gateway.scope);
    expect(forGateway).not.toBe(forGraph);
    expect([await token(), await token(false, gateway.scope)]).toEqual([forGraph, forGateway]);
    expect(grants()).toEqual(['refresh_token']);
  });

  test('case 56: offline, it is not the session that ended', async () => {
    sandbox.control.fault({ ...tokenEndpoint, drop: true, times: 1 });
    const before = kept();
    await expect(token(true)).rejects.toMatchObject({ kind: 'offline' });
    expect(kept()).toEqual(before);
    expect(at.launched).toEqual([]);
    await token(true);
  });
});

describe('when the refresh token has ended', () => {
  const ended = { answer: { status: 400, body: { error: 'invalid_grant', error_description: 'AADSTS700084: ended' } } };

  test('after 24 hours: the session at the service goes on, in silence', async () => {
    const first = await token();
    sandbox.control.fault({ ...tokenEndpoint, ...ended, times: 1 });
    const second = await token(true);
    expect(second).not.toBe(first);
    expect(grants()).toEqual(['refresh_token', 'authorization_code']);
    expect(at.launched[0]?.searchParams.get('prompt')).toBe('none');
    expect(at.launched[0]?.searchParams.get('login_hint')).toBe(account.loginHint);
  });

  test('the real 24 hours, and the session as well: signed out', async () => {
    sandbox.control.clock.advance(25 * hour);
    sandbox.control.endSessions(sandbox.employees.mobileReady);
    await expect(token(true)).rejects.toMatchObject({ kind: 'signed-out' });
    expect(grants()).toEqual(['refresh_token']);
    expect(at.launched.map(({ searchParams }) => searchParams.get('prompt'))).toEqual(['none']);
  });

  test('after the browser was restarted: memory is empty, the session is there', async () => {
    at.stored.clear();
    at.visitor.restart();
    expect(await token()).toBeTruthy();
    expect(grants()).toEqual(['authorization_code']);
  });

  test("for another resource: the silent sign-in's refresh token leads there", async () => {
    at.stored.clear();
    const { gateway } = sandbox.tenant;
    await token(false, gateway.scope);
    expect(grants()).toEqual(['authorization_code', 'refresh_token']);
    expect(at.tokenRequests[1]?.get('scope')).toContain(gateway.scope);
  });

  test("a colleague's session is not taken for this person's", async () => {
    const colleague = new SignInAtSandbox(sandbox, sandbox.employees.numberInUse);
    const { clientId, id } = sandbox.tenant;
    await createAuthorize({ ...colleague, now: Date.now }).authorize(
      { cloud: 'global', clientId, tenantId: id },
      { interactive: true },
    );
    at.visitor = colleague.visitor;
    at.stored.clear();
    await database.accounts.update(account.id, { loginHint: sandbox.employees.numberInUse.userName });
    account = (await database.accounts.get(account.id)) as Account;
    await expect(token()).rejects.toMatchObject({ kind: 'signed-out' });
    expect(JSON.stringify([...at.stored.keys()])).not.toContain('tokens:');
  });

  test('one failure does not hold up the next renewal', async () => {
    sandbox.control.fault({ ...tokenEndpoint, drop: true, times: 1 });
    const [first, second] = await Promise.allSettled([token(true), token(true)]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
  });
});

describe('case 22: signing out', () => {
  const everythingOf = async () =>
    (await Promise.all(database.tables.map((table) => table.toArray())))
      .flat()
      .filter((row) => JSON.stringify(row).includes(account.id));

  test('wipes everything of the account, and nothing of another', async () => {
    const accountId = account.id;
    const times = { createdAt: 0, startedAt: 0, updatedAt: 0 };
    for (const owner of [accountId, 'other']) {
      await database.methods.add({
        accountId: owner,
        id: 'mobile',
        type: 'mobile',
        masked: '•••• 104',
        smsSignIn: 'ready',
      });
      await database.outbox.add({
        ...times,
        id: `j-${owner}`,
        accountId: owner,
        command: { kind: 'sync', accountId: owner },
        state: 'done',
      });
      await database.registrations.add({ ...times, id: `r-${owner}`, accountId: owner, state: 'waiting', before: [] });
      await database.verifications.add({
        ...times,
        id: `v-${owner}`,
        accountId: owner,
        type: 'mobile',
        purpose: 'add',
        state: 'failed',
      });
    }
    await sessions.signOut(accountId);
    expect(await everythingOf()).toEqual([]);
    expect(at.stored.has(`tokens:${accountId}`)).toBe(false);
    for (const table of ['methods', 'outbox', 'registrations', 'verifications'] as const) {
      expect(await database.table(table).count(), table).toBe(1);
    }
  });

  test('while a token is being renewed: no token comes back', async () => {
    const held = sandbox.control.hold({ ...tokenEndpoint, when: 'after' });
    const renewing = token(true);
    await held.arrived;
    await sessions.signOut(account.id);
    held.release();
    await expect(renewing).rejects.toMatchObject({ kind: 'signed-out' });
    expect(at.stored.has(`tokens:${account.id}`)).toBe(false);
    expect(await everythingOf()).toEqual([]);
  });

  test('at the service as well: its address names the person by the opaque hint', async () => {
    const url = new URL(await sessions.signOutUrl(account));
    expect(`${url.origin}${url.pathname}`).toBe(
      `https://login.microsoftonline.com/${sandbox.tenant.id}/oauth2/v2.0/logout`,
    );
    expect(url.searchParams.get('logout_hint')).toBe(account.loginHint);
  });
});

test('without its organization an account has no way to sign in', async () => {
  await database.connections.clear();
  await expect(token(true)).rejects.toMatchObject({ kind: 'not-configured' });
});

test('what memory holds that is no tokens counts as none', async () => {
  at.stored.set(`tokens:${account.id}`, { access: { 'https://graph.microsoft.com': { token: 7 } } });
  expect(await token()).toBeTruthy();
  expect(grants()).toEqual(['authorization_code']);
});
