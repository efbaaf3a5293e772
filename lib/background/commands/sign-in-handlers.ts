import { detailsOf, type ErrorKind, IdentityError, identityErrorOf } from '../../shared/model/errors.ts';
import type { Connection } from '../../shared/model/rows.ts';
import { type AuthorizeOptions, graphScope, type SignedIn, SignInCancelled } from '../auth/authorize.ts';
import { coversClaims, freshSignIn, joinChallenges, mergeClaims, parseClaims } from '../auth/claims.ts';
import { errorOfInteractive } from '../auth/sign-in-errors.ts';
import { requireAccount } from '../db/accounts.ts';
import { requireConnection } from '../db/connections.ts';
import type { HandlerDependencies } from './handler-dependencies.ts';
import { Cancelled, type Handlers } from './outbox.ts';

/** After these, the command goes on waiting for its sign-in: the service has answered nothing. */
const leavesWaiting: readonly ErrorKind[] = ['sign-in-not-finished', 'sign-in-window-open', 'sign-in-page-not-loaded'];

export function signInHandlers(dependencies: HandlerDependencies) {
  const { database, authorize, sessions, sync, surfaces, removeAccount, resumeWaiting, stepUpFailed, countSignIn } =
    dependencies;

  /**
   * A sign-in whose code is refused with a claims challenge is repeated with the claims.
   * @param waitingId the command that the sign-in continues
   */
  async function authorizeWithDemands(
    connection: Connection,
    options: Omit<AuthorizeOptions, 'interactive'>,
    waitingId?: string,
  ): Promise<SignedIn> {
    let { claims } = options;
    for (let isRepeated = false; ; isRepeated = true) {
      try {
        return await authorize.authorize(connection, { interactive: true, ...options, claims });
      } catch (error) {
        const demanded = error instanceof IdentityError && error.claims ? parseClaims(error.claims) : undefined;
        if (!demanded) throw error;
        if (waitingId && !(await countSignIn(waitingId))) throw new IdentityError('step-up-repeated', detailsOf(error));
        if (isRepeated || coversClaims(claims, demanded)) throw error;
        claims = joinChallenges(claims, demanded);
      }
    }
  }

  async function interactive(
    connection: Connection,
    options: Omit<AuthorizeOptions, 'interactive'> & { signal: AbortSignal },
    from: 'popup' | 'options',
    then: (signedIn: SignedIn) => Promise<void>,
    waitingId?: string,
  ): Promise<void> {
    try {
      const signedIn = await authorizeWithDemands(connection, options, waitingId).catch(async (thrown) => {
        const error = errorOfInteractive(identityErrorOf(thrown));
        if (waitingId && !leavesWaiting.includes(error.kind) && !options.signal.aborted) {
          await stepUpFailed(waitingId, error.details);
        }
        throw error;
      });
      if (options.signal.aborted) throw new SignInCancelled();
      await then(signedIn);
    } finally {
      if (!options.signal.aborted) void surfaces.returnTo(from);
    }
  }

  return {
    async 'sign-in'({ connectionId, loginHint, from }, signal) {
      const connection = await requireConnection(database, connectionId);
      let accountId: string | undefined;
      const known = await database.accounts.where({ connectionId }).toArray();
      const account = known.find((each) => each.loginHint === loginHint);
      const claims = account && (await sessions.challengeOf(account, graphScope(connection)));
      const options = loginHint ? { loginHint } : { prompt: 'select_account' as const };
      let codes = 0;
      const codeReceived = async () => {
        codes += 1;
      };
      await interactive(connection, { ...options, claims, signal, codeReceived }, from, async (signedIn) => {
        await sessions.admit(connection, signedIn);
        await sessions.startCommand(signedIn.accountId, codes);
        accountId = signedIn.accountId;
        await resumeWaiting(accountId);
        void sync.when(accountId, 'user');
      });
      return { accountId };
    },

    async 'step-up'({ accountId, waitingId, from, chooseAccount }, signal) {
      const account = await requireAccount(database, accountId);
      const { connectionId, loginHint } = account;
      const connection = await requireConnection(database, connectionId);
      const write = await database.outbox.get(waitingId);
      const waiting = write ?? (await database.verifications.get(waitingId));
      if (waiting?.state !== 'needs-step-up') throw new Cancelled();
      const scope = write ? graphScope(connection) : connection.gateway?.scope;
      const challenge = scope === undefined ? undefined : await sessions.challengeOf(account, scope);
      const claims = write ? mergeClaims(challenge, freshSignIn) : challenge;
      const finish = async (signedIn: SignedIn) => {
        // If another user signed in, the command goes on waiting, and their session is not stored.
        if (signedIn.accountId !== accountId) throw new IdentityError('account-not-allowed');
        await sessions.admit(await requireConnection(database, connectionId), signedIn);
        await resumeWaiting(accountId, waitingId);
      };
      const codeReceived = () => sessions.countRequest(accountId);
      const who = chooseAccount ? ({ prompt: 'select_account' } as const) : { loginHint };
      await interactive(connection, { ...who, claims, signal, codeReceived }, from, finish, waitingId);
    },

    async 'sign-out'({ accountId, atService }) {
      const account = await requireAccount(database, accountId);
      const url = atService ? await sessions.signOutUrl(account) : undefined;
      // A user who signed out is never signed in silently again, even if the service worker stops in between.
      await database.silentSignIns.put({ connectionId: account.connectionId, never: true });
      await removeAccount(accountId);
      if (url) await surfaces.openPage(url);
    },

    async 'try-sign-in'({ accountId, methodId, from }, signal) {
      const { connectionId } = await requireAccount(database, accountId);
      const connection = await requireConnection(database, connectionId);
      // Only the service has the full number.
      const { methods } = await sync.read(accountId);
      const method = methods.find(({ id }) => id === methodId);
      if (method?.smsSignIn !== 'ready') throw new Cancelled();
      // With `login`, the service asks for a sign-in with the number even if the user has a session there.
      const options = {
        prompt: 'login',
        loginHint: method.phoneNumber.replace(/\s/g, ''),
        identityOnly: true,
        codeReceived: () => sessions.countRequest(accountId),
      } as const;
      await interactive(connection, { ...options, signal }, from, async (signedIn) => {
        if (signedIn.accountId !== accountId) throw new IdentityError('account-not-allowed');
      });
    },
  } satisfies Partial<Handlers>;
}
