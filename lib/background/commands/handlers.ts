// Carries out the commands that are no writes to Graph and no steps of a verification.
import { IdentityError } from '../../shared/model/errors.ts';
import type { Account, Connection } from '../../shared/model/rows.ts';
import { type Authorize, type AuthorizeOptions, type SignedIn, SignInCancelled } from '../auth/authorize.ts';
import { discover, isGuid } from '../auth/discovery.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { HostedVerifier, PhoneDirectory } from '../backend.ts';
import { requireAccount } from '../db/accounts.ts';
import { requireConnection } from '../db/connections.ts';
import type { Database } from '../db/database.ts';
import { isGateway } from '../gateway/verifier.ts';
import type { Network } from '../network.ts';
import type { Surfaces } from '../platform.ts';
import type { Sync } from '../sync/sync.ts';
import { Cancelled, type Handlers } from './outbox.ts';

export function createHandlers(dependencies: {
  database: Database;
  network: Network;
  /** A network that reaches one host, which the configuration does not contain yet. */
  networkTo(host: string): Network;
  authorize: Authorize;
  sessions: Sessions;
  sync: Sync;
  surfaces: Surfaces;
  directoryOf(account: Account): Promise<PhoneDirectory>;
  hostedVerifierOf(account: Account): Promise<HostedVerifier | undefined>;
  removeAccount(accountId: string): Promise<void>;
  /** Resumes the commands and verifications that wait for a sign-in of the account. */
  resumeWaiting(accountId: string, waitingId?: string): Promise<void>;
  now: () => number;
}): Handlers {
  const { database, network, authorize, sessions, sync, surfaces, removeAccount, resumeWaiting, now } = dependencies;

  async function checkGateway({ url, scope }: NonNullable<Connection['gateway']>): Promise<Connection['gateway']> {
    const address = URL.canParse(url) ? new URL(url) : undefined;
    if (address?.protocol !== 'https:') throw new IdentityError('not-configured', { code: 'invalid-gateway-url' });
    // The identifier of an API and the name of its permission, as in `api://{client id}/PhoneVerification`.
    if (!/^(api|https):\/\/\S+\/[\w.-]+$/.test(scope)) {
      throw new IdentityError('not-configured', { code: 'invalid-gateway-scope' });
    }
    const isThere = await isGateway(address.origin, dependencies.networkTo(address.host)).catch((error) => {
      throw error instanceof IdentityError ? new IdentityError(error.kind, { code: 'gateway-unreachable' }) : error;
    });
    if (!isThere) throw new IdentityError('not-configured', { code: 'gateway-unknown' });
    return { url: address.origin, scope };
  }

  async function interactive(
    connection: Connection,
    options: Omit<AuthorizeOptions, 'interactive'>,
    from: 'popup' | 'options',
    then: (signedIn: SignedIn) => Promise<void>,
  ): Promise<void> {
    try {
      const signedIn = await authorize.authorize(connection, { interactive: true, ...options });
      await then(signedIn);
    } catch (error) {
      throw error instanceof SignInCancelled ? new Cancelled() : error;
    } finally {
      void surfaces.returnTo(from);
    }
  }

  return {
    async connect({ connection: { cloud, tenant, clientId, gateway } }) {
      if (!isGuid(clientId)) throw new IdentityError('not-configured', { code: 'invalid-client-id' });
      const { tenantId } = await discover(cloud, tenant, network);
      const checked = gateway && (await checkGateway(gateway));
      await database.connections.put({
        id: tenantId,
        cloud,
        tenant,
        clientId,
        ...(checked ? { gateway: checked } : {}),
        connectedAt: now(),
      });
    },

    async disconnect({ connectionId }) {
      for (const { id } of await database.accounts.where({ connectionId }).toArray()) await removeAccount(id);
      await database.connections.delete(connectionId);
      await database.silentSignIns.delete(connectionId);
    },

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
        // The session of another user must neither resume this command nor be stored.
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
      // `login`: the current session at the service must not answer in place of the number.
      const options = {
        prompt: 'login',
        loginHint: method.phoneNumber.replace(/\s/g, ''),
        identityOnly: true,
      } as const;
      await interactive(connection, options, from, async (signedIn) => {
        if (signedIn.accountId !== accountId) throw new IdentityError('account-not-allowed');
      });
    },

    async sync({ accountId }) {
      const { syncError } = await requireAccount(database, accountId);
      // A click does not override the wait that the service demanded.
      if (syncError && (syncError.retryAt ?? 0) > now()) throw new IdentityError(syncError.kind, syncError);
      await sync.read(accountId);
    },

    async 'list-methods'({ accountId }) {
      const directory = await dependencies.directoryOf(await requireAccount(database, accountId));
      await database.accounts.update(accountId, { otherMethods: await directory.otherMethods() });
    },

    async 'add-hosted'({ accountId, methodId }) {
      const verifier = await dependencies.hostedVerifierOf(await requireAccount(database, accountId));
      if (!verifier) throw new IdentityError('not-available');
      const methods = await database.methods.where({ accountId }).toArray();
      const time = now();
      await database.transaction('rw', database.registrations, async () => {
        await database.registrations
          .where({ accountId, state: 'waiting' })
          .modify({ state: 'abandoned', updatedAt: time });
        await database.registrations.add({
          id: crypto.randomUUID(),
          accountId,
          ...(methodId === undefined ? {} : { changes: methodId }),
          state: 'waiting',
          before: methods.map(({ id, masked }) => ({ id, masked })),
          startedAt: time,
          updatedAt: time,
        });
      });
      const [tenantId = ''] = accountId.split('.');
      await surfaces.openPage(verifier.url(tenantId));
    },

    async 'confirm-number'({ accountId, methodId }) {
      const method = await database.methods.get([accountId, methodId]);
      // A number that was removed meanwhile needs no confirmation.
      if (method) {
        await database.confirmations.put({ accountId, methodId, masked: method.masked, confirmedAt: now() });
      }
    },

    async 'change-settings'({ settings }) {
      const change = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
      await database.transaction('rw', database.settings, async () => {
        const current = await database.settings.get('settings');
        await database.settings.put({ ...current, ...change, id: 'settings' });
      });
    },
  };
}
