import { clouds } from '../../shared/model/clouds.ts';
import { isOver } from '../../shared/model/command-row.ts';
import { type ErrorKind, IdentityError, identityErrorOf } from '../../shared/model/errors.ts';
import type { Account, Connection } from '../../shared/model/rows.ts';
import { accountTables } from '../../shared/tables/tables.ts';
import { requireConnection } from '../db/connections.ts';
import type { Platform } from '../platform.ts';
import { isRecoveryDue, nextRecovery } from '../sync/schedule.ts';
import { type Authorize, graphScope, hasPermission, resourceOf, type SignedIn } from './authorize.ts';
import { type Claims, coversClaims, joinChallenges, mergeClaims, parseClaims } from './claims.ts';
import { maxSignIns } from './step-up.ts';
import type { Tokens, TokenVault } from './token-vault.ts';

/** Answers after which the user has to sign in. A silent sign-in may find another user's session, or several. */
const endsSession: ErrorKind[] = ['signed-out', 'sign-in-not-finished', 'account-not-allowed'];
/** Failures that say nothing about the session at the service. */
const saysNothing: ErrorKind[] = ['offline', 'service-unavailable', 'paused', 'sign-in-window-open'];

export function createSessions(
  dependencies: Pick<Platform, 'database' | 'now' | 'random'> & { vault: TokenVault; authorize: Authorize },
) {
  const { database, vault, authorize, now, random } = dependencies;
  const renewals = new Map<string, Promise<unknown>>();

  /** Runs one renewal per account at a time, because refresh tokens are rotated. */
  function inTurn<Result>(accountId: string, renew: () => Promise<Result>): Promise<Result> {
    // The caller of the previous renewal handles its failure.
    const current = (renewals.get(accountId) ?? Promise.resolve()).catch(() => undefined).then(renew);
    renewals.set(accountId, current);
    return current;
  }

  /**
   * @throws IdentityError `signed-out` or `needs-step-up` if the user has to sign in, or an error of the network
   */
  function accessToken(account: Account, scope: string): Promise<string> {
    return inTurn(account.id, async () => {
      const connection = await connectionOf(account);
      const stored = await vault.read(account.id);
      // The organization may have replaced the application that the tokens were issued to.
      const { clientId } = connection;
      const tokens = stored?.clientId === clientId ? stored : { clientId, access: {}, challenges: {} };
      const resource = resourceOf(scope);
      const cached = tokens.access[resource];
      if (cached && cached.renewAt > now()) return cached.token;
      const renewed = await renewTokens(account, connection, tokens, scope);
      const access = renewed.access[resource];
      const challenge = tokens.challenges[resource];
      const isMet = challenge && coversClaims(access?.claims, challenge.claims);
      await save(account.id, {
        ...tokens,
        ...renewed,
        access: { ...tokens.access, ...renewed.access },
        challenges: isMet ? without(tokens.challenges, resource) : tokens.challenges,
      });
      // After a silent sign-in, the next is due at once if these tokens are lost again before they were of use.
      if ('signInClaims' in renewed) {
        await database.accounts.where({ id: account.id }).modify(({ recovery }) => {
          if (recovery) recovery.nextAt = now();
        });
      }
      if (!access) throw new IdentityError('signed-out');
      return access.token;
    });
  }

  async function save(accountId: string, tokens: Tokens): Promise<void> {
    await vault.write(accountId, tokens);
    // The account may have been signed out meanwhile.
    if (await database.accounts.get(accountId)) return;
    await vault.forget(accountId);
    throw new IdentityError('signed-out');
  }

  /** Tries the refresh token, then a silent sign-in, both with the claims of the challenge. */
  async function renewTokens(
    account: Account,
    connection: Connection,
    tokens: Tokens,
    scope: string,
  ): Promise<Pick<Tokens, 'access'> & Partial<Tokens>> {
    const resource = resourceOf(scope);
    const challenge = tokens.challenges[resource];
    const { recovery } = (await database.accounts.get(account.id)) ?? {};
    // A scheduled attempt tries again whether the session at the service meets the claims.
    const isTried = challenge?.isTried && !(recovery && isRecoveryDue(recovery, now()));
    // Without the claims that only the user can meet, Graph may still allow reads.
    const isForUser = isTried && !coversClaims(tokens.signInClaims, challenge.claims);
    let claims = isForUser ? undefined : challenge?.claims;

    /** Adds the claims of the refusal. @throws the refusal unless the user can help */
    function addDemand(thrown: unknown): IdentityError {
      const refusal = identityErrorOf(thrown);
      if (refusal.claims !== undefined) {
        claims = joinChallenges(challenge?.claims, parseClaims(refusal.claims, refusal.details));
      } else if (!endsSession.includes(refusal.kind)) throw thrown;
      return refusal;
    }
    async function refresh(refreshToken: string): ReturnType<Authorize['refresh']> {
      await vault.countRequest(account.id);
      return authorize.refresh(connection, refreshToken, scope, claims);
    }
    /** @returns the error to throw */
    async function leaveToUser({ details }: IdentityError): Promise<IdentityError> {
      if (!claims) return new IdentityError('signed-out', details);
      await markTried(claims);
      return new IdentityError('needs-step-up', details, JSON.stringify(claims));
    }
    const markTried = (tried: Claims) =>
      save(account.id, {
        ...tokens,
        challenges: { ...tokens.challenges, [resource]: { claims: tried, isTried: true } },
      });
    /**
     * Writes an attempt down before it starts, so that a stopped service worker does not repeat it.
     * @returns a function that takes it back; undefined if no attempt is due
     */
    async function startAttempt(): Promise<(() => Promise<unknown>) | undefined> {
      // Managed policy may have paused the extension meanwhile, or the user may have signed out.
      await connectionOf(account);
      if (await isSigningOut(account.id)) return undefined;
      // Each new challenge gets one attempt, whatever was tried before.
      if (claims && !(challenge?.isTried && coversClaims(challenge.claims, claims))) {
        await markTried(claims);
        return () => save(account.id, tokens);
      }
      return database.transaction('rw', database.accounts, async () => {
        const stored = await database.accounts.get(account.id);
        if (!stored || !isRecoveryDue(stored.recovery, now())) return undefined;
        const recovery = nextRecovery(stored.recovery, now(), random);
        await database.accounts.update(account.id, { recovery, nextSyncAt: recovery.nextAt });
        return () =>
          database.accounts.where({ id: account.id }).modify((row) => {
            delete row.recovery;
            delete row.nextSyncAt;
            const { recovery, nextSyncAt } = stored;
            Object.assign(row, { ...(recovery && { recovery }), ...(nextSyncAt && { nextSyncAt }) });
          });
      });
    }

    // Left to a sign-in in a window: its code, and a refresh for another resource than Graph.
    const forWindow = scope === graphScope(connection) ? 1 : 2;
    let refusal: IdentityError | undefined;
    if (tokens.refreshToken) {
      const left = await vault.requestsLeft(account.id);
      if (claims && !isTried && left <= forWindow) throw await leaveToUser(new IdentityError('signed-out'));
      if (left < 1) throw new IdentityError('service-unavailable', { at: now(), retryAt: vault.allowedAgainAt(left) });
      try {
        return await refresh(tokens.refreshToken);
      } catch (thrown) {
        refusal = addDemand(thrown);
        if (isTried && claims && coversClaims(challenge.claims, claims)) throw await leaveToUser(refusal);
      }
    }
    // The session at the service may outlive the refresh token (24 hours) and the browser session.
    const isAllowed = (await vault.requestsLeft(account.id)) > forWindow;
    const takeBack = isAllowed && (await startAttempt());
    if (!takeBack) throw await leaveToUser(refusal ?? new IdentityError('signed-out'));
    let hasCode = false;
    try {
      const signedIn = await authorize.authorize(connection, {
        ...{ interactive: false, prompt: 'none', loginHint: account.loginHint, claims },
        codeReceived: () => {
          hasCode = true;
          return vault.countRequest(account.id);
        },
      });
      if (signedIn.accountId !== account.id) throw new IdentityError('signed-out');
      const renewed = signedIn.tokens;
      if (scope === graphScope(connection) || !renewed.refreshToken) return renewed;
      return { ...renewed, ...(await refresh(renewed.refreshToken)) };
    } catch (thrown) {
      // An attempt that was answered with a code counts, so that a code that cannot be redeemed is not replaced at once.
      if (!hasCode && saysNothing.includes(identityErrorOf(thrown).kind)) await takeBack();
      throw await leaveToUser(addDemand(thrown));
    }
  }

  /**
   * Forgets an access token that the service rejected, and keeps the claims challenge.
   * @returns whether a renewal without the user may help
   */
  function rejected(account: Account, scope: string, token: string, claims: Claims | undefined): Promise<boolean> {
    return inTurn(account.id, async () => {
      const tokens = await vault.read(account.id);
      const resource = resourceOf(scope);
      const access = tokens?.access[resource];
      // Another request has renewed it meanwhile.
      if (!tokens || access?.token !== token) return true;
      const known = tokens.challenges[resource];
      const isTried =
        claims !== undefined &&
        (coversClaims(access.claims, claims) || Boolean(known?.isTried && coversClaims(known.claims, claims)));
      // The next token has to satisfy what the rejected one satisfied, too; a silent attempt never asks for `amr`.
      const earlier = { access_token: without(access.claims?.access_token ?? {}, 'amr') };
      const demanded = claims && joinChallenges(mergeClaims(earlier, known?.claims), claims);
      const challenge = demanded && { [resource]: { claims: demanded, isTried } };
      await save(account.id, {
        ...tokens,
        access: without(tokens.access, resource),
        challenges: { ...tokens.challenges, ...challenge },
      });
      return !isTried;
    });
  }

  /** @returns what the next sign-in has to ask for, so that the resource of the scope accepts its tokens */
  async function challengeOf({ id }: Account, scope: string): Promise<Claims | undefined> {
    return (await vault.read(id))?.challenges[resourceOf(scope)]?.claims;
  }

  /** Forgets what Graph demanded for a command that has ended; Graph repeats what it demands for reads. */
  async function forgetChallenge(accountId: string): Promise<void> {
    const account = await database.accounts.get(accountId);
    if (!account) return;
    const resource = resourceOf(graphScope(await connectionOf(account)));
    await inTurn(accountId, async () => {
      const tokens = await vault.read(accountId);
      if (!tokens?.challenges[resource]) return;
      await vault.write(accountId, { ...tokens, challenges: without(tokens.challenges, resource) });
    });
  }

  /**
   * Whether a sign-in can meet the demand that a request of a command was refused with.
   * @param signIns completed for the command so far
   * @param isAsked whether one of them was for this kind of request
   */
  async function canMeet(
    accountId: string,
    demand: IdentityError,
    signIns: number,
    isAsked = signIns > 0,
  ): Promise<boolean> {
    if (signIns === 0) return true;
    if (signIns >= maxSignIns || (await vault.requestsLeft(accountId)) < 1) return false;
    if (!isAsked) return true;
    return demand.claims !== undefined && !(await isRepeated(accountId, demand));
  }

  /** Whether the last sign-in has asked for what a request was refused with, so that another one would change nothing. */
  async function isRepeated(accountId: string, { claims }: IdentityError): Promise<boolean> {
    if (claims === undefined) return false;
    return coversClaims((await vault.read(accountId))?.signInClaims, parseClaims(claims));
  }

  async function isSigningOut(accountId: string): Promise<boolean> {
    const commands = await database.outbox.where({ accountId }).toArray();
    return commands.some((row) => row.command.kind === 'sign-out' && !isOver(row));
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
    const graph = resourceOf(graphScope(connection));
    await inTurn(id, async () => {
      const challenges: Tokens['challenges'] = {};
      for (const [resource, { claims }] of Object.entries((await vault.read(id))?.challenges ?? {})) {
        const isMet = coversClaims(tokens.signInClaims, claims);
        // The tokens of other resources are still to be requested with the claims.
        if (!isMet || resource !== graph) challenges[resource] = { claims, isTried: isMet };
      }
      await vault.write(id, { ...tokens, challenges });
    });
    await database.transaction('rw', database.accounts, async () => {
      const stored = (await database.accounts.get(id)) ?? { id, defaultMethod: 'unknown', failures: 0 };
      const { recovery: _, ...known } = stored as Account;
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

  return {
    accessToken,
    rejected,
    challengeOf,
    forgetChallenge,
    canMeet,
    isRepeated,
    mayRenew: async ({ id }: Account) => (await vault.requestsLeft(id)) > 2,
    startCommand: vault.startCommand,
    countRequest: vault.countRequest,
    covers,
    admit,
    signOut,
    signOutUrl,
  };
}

export type Sessions = ReturnType<typeof createSessions>;

function without<Value>(values: Record<string, Value>, key: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter(([each]) => each !== key));
}
