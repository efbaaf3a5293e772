// Runs against the sandbox's sign-in service and its clock.
import 'fake-indexeddb/auto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../services/sandbox/sandbox.ts';
import { SignInAtSandbox } from '../../../tests/sign-in-at-sandbox.ts';
import { redirectUris } from '../../shared/model/extension-ids.ts';
import type { Account, Connection } from '../../shared/model/rows.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { createAuthorize, graphScope } from './authorize.ts';
import type { Claims } from './claims.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createTokenVault } from './token-vault.ts';

const scope = graphScope({ cloud: 'global' });
const hour = 60 * 60_000;

let sandbox: Sandbox;
let at: SignInAtSandbox;
let database: Database;
let sessions: Sessions;
let account: Account;
const random = () => 0.5;
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
  sessions = createSessions({ database, vault: createTokenVault(at.memory, now), authorize, now, random });
  const signedIn = await authorize.authorize(connection, { interactive: true });
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

const token = (of = scope) => sessions.accessToken(account, of);
/** The token that is got after the service rejected the cached one. */
async function renewedToken(): Promise<string> {
  await rejected();
  return token();
}
const rejected = (claims?: Claims) => sessions.rejected(account, scope, current(), claims);
const current = () => Object(Object.values(kept().access)[0]).token as string;
const grants = () => at.tokenRequests.map((body) => body.get('grant_type'));
const kept = () => at.stored.get(`tokens:${account.id}`) as { refreshToken: string; access: Record<string, object> };
const tokenEndpoint = { host: 'login.microsoftonline.com', method: 'POST', path: /\/token$/ };

describe('signing in', () => {
  test('saves the account', () => {
    expect(account).toMatchObject({
      connectionId: sandbox.tenant.id,
      userName: sandbox.employees.mobileReady.userName,
      session: 'signed-in',
      defaultMethod: 'unknown',
      failures: 0,
    });
  });

  test('keeps the cached data of a known account', async () => {
    await database.accounts.update(account.id, { syncedAt: 7, session: 'signed-out' });
    const connection = (await database.connections.toArray())[0] as Connection;
    const authorize = createAuthorize({ ...at, now: Date.now });
    const again = await authorize.authorize(connection, { interactive: false, prompt: 'none' });
    await sessions.admit(connection, again);
    expect(await database.accounts.toArray()).toEqual([expect.objectContaining({ syncedAt: 7, session: 'signed-in' })]);
  });

  test('case 21: keeps tokens in session storage only', async () => {
    const { refreshToken } = kept();
    const everything = JSON.stringify(await Promise.all(database.tables.map((table) => table.toArray())));
    expect(everything).not.toContain(refreshToken);
    expect(everything).not.toContain(await token());
  });

  test('knows which permissions the token has', async () => {
    expect(await sessions.covers(account, 'UserAuthenticationMethod.ReadWrite')).toBe(true);
    expect(await sessions.covers(account, 'UserAuthenticationMethod.Read')).toBe(false);
    expect(await sessions.covers(account, 'A.Read UserAuthenticationMethod.ReadWrite')).toBe(true);
    at.stored.clear();
    expect(await sessions.covers(account, 'UserAuthenticationMethod.ReadWrite')).toBe(false);
  });
});

describe('an access token', () => {
  test('is cached until a minute before it expires', async () => {
    const first = await token();
    expect(await token()).toBe(first);
    expect(grants()).toEqual([]);
    const { renewAt } = Object.values(kept().access)[0] as { renewAt: number };
    sandbox.control.clock.advance(renewAt - sandbox.control.clock.now() - 1_000);
    expect(await token()).toBe(first);
    sandbox.control.clock.advance(1_500);
    const unplugged = sandbox.control.fault({ host: tokenEndpoint.host, drop: true });
    await expect(token()).rejects.toMatchObject({ kind: 'offline' });
    expect(unplugged.hits).toBeGreaterThan(0);
    expect(grants()).toEqual(['refresh_token']);
  });

  test('that was rejected is renewed, and the refresh token is rotated', async () => {
    const first = await token();
    const { refreshToken } = kept();
    const second = await renewedToken();
    expect(second).not.toBe(first);
    expect(await token()).toBe(second);
    expect(kept().refreshToken).not.toBe(refreshToken);
    await renewedToken();
    expect(at.tokenRequests.map((body) => body.get('refresh_token'))[0]).toBe(refreshToken);
    expect(new Set(at.tokenRequests.map((body) => body.get('refresh_token'))).size).toBe(2);
  });

  test('case 58: is renewed once for concurrent requests', async () => {
    at.stored.set(`tokens:${account.id}`, { ...kept(), access: {} });
    const tokens = await Promise.all([token(), token(), token()]);
    expect(new Set(tokens).size).toBe(1);
    expect(grants()).toEqual(['refresh_token']);
  });

  test('of another resource comes from the same refresh token, and both are cached', async () => {
    const { gateway } = sandbox.tenant;
    const forGraph = await token();
    const forGateway = await token(gateway.scope);
    expect(forGateway).not.toBe(forGraph);
    expect([await token(), await token(gateway.scope)]).toEqual([forGraph, forGateway]);
    expect(grants()).toEqual(['refresh_token']);
  });

  test('case 56: cannot be renewed offline, which does not end the session', async () => {
    const unplugged = sandbox.control.fault({ host: tokenEndpoint.host, drop: true });
    const before = kept();
    await expect(renewedToken()).rejects.toMatchObject({ kind: 'offline' });
    expect(kept()).toEqual({ ...before, access: {} });
    expect(at.launched).toEqual([]);
    unplugged.remove();
    await token();
  });
});

describe('after the refresh token has expired', () => {
  const ended = { answer: { status: 400, body: { error: 'invalid_grant', error_description: 'AADSTS700084: ended' } } };

  test('a silent sign-in uses the session at the service', async () => {
    const first = await token();
    sandbox.control.fault({ ...tokenEndpoint, ...ended, times: 1 });
    const second = await renewedToken();
    expect(second).not.toBe(first);
    expect(grants()).toEqual(['refresh_token', 'authorization_code']);
    expect(at.launched[0]?.searchParams.get('prompt')).toBe('none');
    expect(at.launched[0]?.searchParams.get('login_hint')).toBe(account.loginHint);
  });

  test('the account is signed out if the session at the service has ended too', async () => {
    sandbox.control.clock.advance(25 * hour);
    sandbox.control.endSessions(sandbox.employees.mobileReady);
    await expect(renewedToken()).rejects.toMatchObject({ kind: 'signed-out' });
    expect(grants()).toEqual(['refresh_token']);
    expect(at.launched.map(({ searchParams }) => searchParams.get('prompt'))).toEqual(['none']);
  });

  test('or was lost with the browser session, a silent sign-in renews the tokens', async () => {
    at.stored.clear();
    at.visitor.restart();
    expect(await token()).toBeTruthy();
    expect(grants()).toEqual(['authorization_code']);
  });

  test('a silent sign-in also gets a token of another resource', async () => {
    at.stored.clear();
    const { gateway } = sandbox.tenant;
    await token(gateway.scope);
    expect(grants()).toEqual(['authorization_code', 'refresh_token']);
    expect(at.tokenRequests[1]?.get('scope')).toContain(gateway.scope);
  });

  test('the session of another account is rejected', async () => {
    const colleague = new SignInAtSandbox(sandbox, sandbox.employees.numberInUse);
    const { clientId, id } = sandbox.tenant;
    await createAuthorize({ ...colleague, now: Date.now }).authorize(
      { cloud: 'global', clientId, id },
      { interactive: true },
    );
    at.visitor = colleague.visitor;
    at.stored.clear();
    await database.accounts.update(account.id, { loginHint: sandbox.employees.numberInUse.userName });
    account = (await database.accounts.get(account.id)) as Account;
    await expect(token()).rejects.toMatchObject({ kind: 'signed-out' });
    expect(JSON.stringify([...at.stored.keys()])).not.toContain('tokens:');
  });

  test('a failed renewal does not block the next one', async () => {
    sandbox.control.fault({ ...tokenEndpoint, answer: { status: 500, body: '' }, times: 1 });
    const [first, second] = await Promise.allSettled([renewedToken(), renewedToken()]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
  });
});

test('a silent sign-in that the service calls not finished signs the account out', async () => {
  at.stored.clear();
  at.redirect = (end) => {
    const state = end.searchParams.get('state') ?? '';
    end.search = String(new URLSearchParams({ error: 'access_denied', error_description: 'AADSTS500121: no', state }));
  };
  await expect(token()).rejects.toMatchObject({ kind: 'signed-out', details: { code: 'AADSTS500121' } });
});

describe('case 22: signing out', () => {
  const everythingOf = async () =>
    (await Promise.all(database.tables.map((table) => table.toArray())))
      .flat()
      .filter((row) => JSON.stringify(row).includes(account.id));

  test('deletes the data of the account and of no other', async () => {
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
        commandIds: [],
        texts: 0,
      });
    }
    await sessions.signOut(accountId);
    expect(await everythingOf()).toEqual([]);
    expect(at.stored.has(`tokens:${accountId}`)).toBe(false);
    for (const table of ['methods', 'outbox', 'registrations', 'verifications'] as const) {
      expect(await database.table(table).count(), table).toBe(1);
    }
  });

  test('during a renewal leaves no token', async () => {
    const held = sandbox.control.hold({ ...tokenEndpoint, when: 'after' });
    const renewing = renewedToken();
    await held.arrived;
    await sessions.signOut(account.id);
    held.release();
    await expect(renewing).rejects.toMatchObject({ kind: 'signed-out' });
    expect(at.stored.has(`tokens:${account.id}`)).toBe(false);
    expect(await everythingOf()).toEqual([]);
  });

  test('at the service sends no hint if the service sent no name', async () => {
    expect(await sessions.signOutUrl({ ...account, loginHint: '' })).not.toContain('logout_hint');
  });

  test('at the service uses the opaque hint of the account', async () => {
    const url = new URL(await sessions.signOutUrl(account));
    expect(`${url.origin}${url.pathname}`).toBe(
      `https://login.microsoftonline.com/${sandbox.tenant.id}/oauth2/v2.0/logout`,
    );
    expect(url.searchParams.get('logout_hint')).toBe(account.loginHint);
  });
});

test('an account without its connection cannot get a token', async () => {
  await database.connections.clear();
  await expect(renewedToken()).rejects.toMatchObject({ kind: 'not-configured' });
});

test('malformed tokens in session storage are ignored', async () => {
  at.stored.set(`tokens:${account.id}`, { access: { 'https://graph.microsoft.com': { token: 7 } } });
  expect(await token()).toBeTruthy();
  expect(grants()).toEqual(['authorization_code']);
});
