import { clouds } from '../../shared/model/clouds.ts';
import { IdentityError } from '../../shared/model/errors.ts';
import type { Account, Connection } from '../../shared/model/rows.ts';
import { accountTables } from '../../shared/tables/tables.ts';
import { requireConnection } from '../db/connections.ts';
import type { Platform } from '../platform.ts';
import { type Authorize, graphScope, hasPermission, resourceOf, type SignedIn } from './authorize.ts';
import type { TokenVault } from './token-vault.ts';

/** Access tokens are renewed this long before they expire. */
const renewalMarginMs = 60_000;

export function createSessions(
  dependencies: Pick<Platform, 'database' | 'now'> & { vault: TokenVault; authorize: Authorize },
) {
  const { database, vault, authorize, now } = dependencies;
  const renewals = new Map<string, Promise<unknown>>();

  /** Runs one renewal per account at a time, because refresh tokens are rotated. */
  function inTurn<Result>(accountId: string, renew: () => Promise<Result>): Promise<Result> {
    // The caller of the previous renewal handles its failure.
    const current = (renewals.get(accountId) ?? Promise.resolve()).catch(() => undefined).then(renew);
    renewals.set(accountId, current);
    return current;
  }

  /**
   * @param renew whether the service rejected the cached access token
   * @throws IdentityError `signed-out` if the user has to sign in, or an error of the network
   */
  function accessToken(account: Account, scope: string, renew: boolean): Promise<string> {
    return inTurn(account.id, async () => {
      const connection = await connectionOf(account);
      const stored = await vault.read(account.id);
      // The organization may have replaced the application that the tokens were issued to.
      const tokens = stored?.clientId === connection.clientId ? stored : undefined;
      const cached = tokens?.access[resourceOf(scope)];
      if (cached && !renew && cached.expiresAt - renewalMarginMs > now()) return cached.token;
      const renewed = await renewTokens(account, connection, tokens?.refreshToken, scope);
      await vault.write(account.id, { ...renewed, access: { ...tokens?.access, ...renewed.access } });
      // The account may have been signed out meanwhile.
      if (!(await database.accounts.get(account.id))) {
        await vault.forget(account.id);
        throw new IdentityError('signed-out');
      }
      const access = renewed.access[resourceOf(scope)];
      if (!access) throw new IdentityError('signed-out');
      return access.token;
    });
  }

  async function renewTokens(
    account: Account,
    connection: Connection,
    refreshToken: string | undefined,
    scope: string,
  ) {
    if (refreshToken) {
      try {
        return await authorize.refresh(connection, refreshToken, scope);
      } catch (error) {
        if (!(error instanceof IdentityError) || error.kind !== 'signed-out') throw error;
      }
    }
    // The session at the service may outlive the refresh token (24 hours) and the browser session.
    const signedIn = await authorize
      .authorize(connection, { interactive: false, prompt: 'none', loginHint: account.loginHint })
      .catch((error) => {
        const isNotFinished = error instanceof IdentityError && error.kind === 'sign-in-not-finished';
        throw isNotFinished ? new IdentityError('signed-out', error.details) : error;
      });
    if (signedIn.accountId !== account.id) throw new IdentityError('signed-out');
    const { tokens } = signedIn;
    if (scope === graphScope(connection) || !tokens.refreshToken) return tokens;
    return authorize.refresh(connection, tokens.refreshToken, scope);
  }

  const connectionOf = ({ connectionId }: Account) => requireConnection(database, connectionId);

  /** Whether the token for Graph has one of the permissions. */
  async function covers(account: Account, permissions: string): Promise<boolean> {
    const resource = resourceOf(graphScope(await connectionOf(account)));
    return hasPermission((await vault.read(account.id))?.access[resource]?.scope ?? '', permissions);
  }

  /**
   * Saves a signed-in account, and keeps the cached data of a known one.
   * @throws IdentityError if the connection was removed during the sign-in
   */
  async function admit(connection: Connection, signedIn: SignedIn): Promise<void> {
    await requireConnection(database, connection.id);
    const { accountId: id, tokens, ...names } = signedIn;
    await vault.write(id, tokens);
    await database.transaction('rw', database.accounts, async () => {
      const known = (await database.accounts.get(id)) ?? { id, defaultMethod: 'unknown', failures: 0 };
      await database.accounts.put({ ...known, ...names, connectionId: connection.id, session: 'signed-in' });
    });
  }

  async function signOut(accountId: string): Promise<void> {
    const { accounts } = database;
    const tables = accountTables.map((name) => database.table(name));
    await vault.forget(accountId);
    await database.transaction('rw', [accounts, ...tables], async () => {
      await accounts.delete(accountId);
      for (const table of tables) await table.where({ accountId }).delete();
    });
    // Again, because a renewal may have written tokens before the account was deleted.
    await vault.forget(accountId);
  }

  /** @returns the page on which the service ends its session */
  async function signOutUrl(account: Account): Promise<string> {
    const { cloud, id } = await connectionOf(account);
    const query = new URLSearchParams(account.loginHint ? { logout_hint: account.loginHint } : {});
    return `https://${clouds[cloud].login}/${id}/oauth2/v2.0/logout?${query}`;
  }

  return { accessToken, covers, admit, signOut, signOutUrl };
}

export type Sessions = ReturnType<typeof createSessions>;
