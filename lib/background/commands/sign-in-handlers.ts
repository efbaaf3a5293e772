import { IdentityError } from '../../shared/model/errors.ts';
import type { Connection } from '../../shared/model/rows.ts';
import type { AuthorizeOptions, SignedIn } from '../auth/authorize.ts';
import { requireAccount } from '../db/accounts.ts';
import { requireConnection } from '../db/connections.ts';
import type { HandlerDependencies } from './handler-dependencies.ts';
import { Cancelled, type Handlers } from './outbox.ts';

export function signInHandlers(dependencies: HandlerDependencies) {
  const { database, authorize, sessions, sync, surfaces, removeAccount, resumeWaiting } = dependencies;

  async function interactive(
    connection: Connection,
    options: Omit<AuthorizeOptions, 'interactive'>,
    from: 'popup' | 'options',
    then: (signedIn: SignedIn) => Promise<void>,
  ): Promise<void> {
    try {
      const signedIn = await authorize.authorize(connection, { interactive: true, ...options });
      await then(signedIn);
    } finally {
      void surfaces.returnTo(from);
    }
  }

  return {
    async 'sign-in'({ connectionId, loginHint, from }) {
      const connection = await requireConnection(database, connectionId);
      let accountId: string | undefined;
      const options = loginHint ? { loginHint } : { prompt: 'select_account' as const };
      await interactive(connection, options, from, async (signedIn) => {
        await sessions.admit(connection, signedIn);
        accountId = signedIn.accountId;
        await resumeWaiting(accountId);
        void sync.when(accountId, 'user');
      });
      return { accountId };
    },

    async 'step-up'({ accountId, waitingId, from }) {
      const { connectionId, loginHint } = await requireAccount(database, accountId);
      const waiting = (await database.outbox.get(waitingId)) ?? (await database.verifications.get(waitingId));
      if (waiting?.state !== 'needs-step-up') throw new Cancelled();
      const claims = waiting.stepUp?.claims;
      const options = { loginHint, ...(claims ? { claims } : {}) };
      await interactive(await requireConnection(database, connectionId), options, from, async (signedIn) => {
        // If another user signed in, the command goes on waiting, and their session is not stored.
        if (signedIn.accountId !== accountId) throw new IdentityError('account-not-allowed');
        await sessions.admit(await requireConnection(database, connectionId), signedIn);
        await resumeWaiting(accountId, waitingId);
      });
    },

    async 'sign-out'({ accountId, atService }) {
      const account = await requireAccount(database, accountId);
      const url = atService ? await sessions.signOutUrl(account) : undefined;
      await removeAccount(accountId);
      // A user who signed out is never signed in silently again.
      await database.silentSignIns.put({ connectionId: account.connectionId, never: true });
      if (url) await surfaces.openPage(url);
    },

    async 'try-sign-in'({ accountId, methodId, from }) {
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
      } as const;
      await interactive(connection, options, from, async (signedIn) => {
        if (signedIn.accountId !== accountId) throw new IdentityError('account-not-allowed');
      });
    },
  } satisfies Partial<Handlers>;
}
