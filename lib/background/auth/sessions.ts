// Who is signed in, and with which tokens: signing in, renewing, renewing in silence, signing out.
import { clouds } from '../../shared/model/clouds.ts';
import { IdentityError } from '../../shared/model/errors.ts';
import type { Account, Connection } from '../../shared/model/rows.ts';
import { accountTables } from '../../shared/tables/tables.ts';
import { requireConnection } from '../db/connections.ts';
import type { Database } from '../db/database.ts';
import {
  type Authorize,
  graphScope,
  resourceOf,
  type SignedIn,
  SignInCancelled,
  type SignInTarget,
} from './authorize.ts';
import type { Tokens, TokenVault } from './token-vault.ts';

/** Tokens are renewed this long before they end, so that none ends on its way. */
const marginMs = 60_000;

export function createSessions(dependencies: {
  database: Database;
  vault: TokenVault;
  authorize: Authorize;
  now: () => number;
}) {
  const { database, vault, authorize, now } = dependencies;
  const renewing = new Map<string, Promise<unknown>>();

  /** One renewal of an account at a time: refresh tokens are rotated, and a second window would ask twice. */
  function inTurn<Result>(accountId: string, work: () => Promise<Result>): Promise<Result> {
    const current = (renewing.get(accountId) ?? Promise.resolve()).catch(() => undefined).then(work);
    renewing.set(accountId, current);
    return current;
  }

  /**
   * An access token for a scope of the account.
   * @param renew the token handed out last was refused
   * @throws IdentityError `signed-out` when only the person can go on, or why the service was not reached
   */
  function accessToken(account: Account, scope: string, renew: boolean): Promise<string> {
    return inTurn(account.id, async () => {
      const target = await targetOf(account);
      const tokens = await tokensFor(account, target);
      const kept = tokens?.access[resourceOf(scope)];
      if (kept && !renew && kept.expiresAt - marginMs > now()) return kept.token;
      const renewed = await renewTokens(account, target, tokens, scope);
      await vault.write(account.id, { ...renewed, access: { ...tokens?.access, ...renewed.access } });
      // Signed out meanwhile: nothing of the account may come back.
      if (!(await database.accounts.get(account.id))) {
        await vault.forget(account.id);
        throw new IdentityError('signed-out');
      }
      const fresh = renewed.access[resourceOf(scope)];
      if (!fresh) throw new IdentityError('signed-out');
      return fresh.token;
    });
  }

  /** Not those of an application the organization has replaced by another since. */
  async function tokensFor({ id }: Account, { clientId }: SignInTarget): Promise<Tokens | undefined> {
    const tokens = await vault.read(id);
    return tokens?.clientId === clientId ? tokens : undefined;
  }

  async function renewTokens(
    account: Account,
    target: SignInTarget,
    tokens: Tokens | undefined,
    scope: string,
  ): Promise<Tokens> {
    if (tokens?.refreshToken) {
      try {
        return await authorize.refresh(target, tokens.refreshToken, scope);
      } catch (error) {
        if (!(error instanceof IdentityError) || error.kind !== 'signed-out') throw error;
      }
    }
    // The 24 hours of the refresh token have ended, or the browser was started anew: the session at the service may
    // still be there.
    const signedIn = await authorize
      .authorize(target, { interactive: false, prompt: 'none', loginHint: account.loginHint })
      .catch((error) => {
        throw error instanceof SignInCancelled ? new IdentityError('signed-out') : error;
      });
    if (signedIn.accountId !== account.id) throw new IdentityError('signed-out');
    const forGraph = signedIn.tokens;
    if (scope === graphScope(target) || !forGraph.refreshToken) return forGraph;
    return authorize.refresh(target, forGraph.refreshToken, scope);
  }

  async function targetOf(account: Account): Promise<SignInTarget> {
    return signInTarget(await requireConnection(database, account.connectionId));
  }

  /** Whether the account's Graph token covers a permission, as far as is known. */
  async function covers(account: Account, permission: string): Promise<boolean> {
    const target = await targetOf(account);
    const scope = (await vault.read(account.id))?.access[resourceOf(graphScope(target))]?.scope ?? '';
    return scope.split(' ').some((granted) => granted.split('/').at(-1) === permission);
  }

  /**
   * Takes a signed-in person into the database; the cache of a known account stays.
   * @throws IdentityError if the connection has gone, or no longer counts, while they signed in
   */
  async function admit(connection: Connection, signedIn: SignedIn): Promise<void> {
    await requireConnection(database, connection.id);
    await vault.write(signedIn.accountId, signedIn.tokens);
    const { accountId: id, userName, name, loginHint } = signedIn;
    await database.transaction('rw', database.accounts, async () => {
      const known = await database.accounts.get(id);
      await database.accounts.put({
        defaultMethod: 'unknown',
        failures: 0,
        ...known,
        id,
        connectionId: connection.id,
        userName,
        name,
        loginHint,
        session: 'signed-in',
      });
    });
  }

  /** Wipes everything of the account. */
  async function signOut(accountId: string): Promise<void> {
    const { accounts } = database;
    const tables = accountTables.map((name) => database.table(name));
    await vault.forget(accountId);
    await database.transaction('rw', [accounts, ...tables], async () => {
      await accounts.delete(accountId);
      for (const table of tables) await table.where({ accountId }).delete();
    });
    // Once more, for what a renewal wrote before it could see that the account is gone.
    await vault.forget(accountId);
  }

  /** Where the session at the service is ended, in a page of the service. */
  async function signOutUrl(account: Account): Promise<string> {
    const { cloud, tenantId } = await targetOf(account);
    const query = new URLSearchParams({ logout_hint: account.loginHint });
    return `https://${clouds[cloud].login}/${tenantId}/oauth2/v2.0/logout?${query}`;
  }

  return { accessToken, covers, admit, signOut, signOutUrl };
}

export type Sessions = ReturnType<typeof createSessions>;

export function signInTarget({ cloud, id, clientId, scopes }: Connection): SignInTarget {
  return { cloud, tenantId: id, clientId, ...(scopes ? { scopes } : {}) };
}
