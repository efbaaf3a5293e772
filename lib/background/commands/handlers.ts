// What each command does that is done in one go. The writes, which have to settle, are in write.ts.

import { IdentityError } from '../../shared/model/errors.ts';
import type { Account, Connection } from '../../shared/model/rows.ts';
import { type Authorize, type AuthorizeOptions, type SignedIn, SignInCancelled } from '../auth/authorize.ts';
import { discover, isGuid } from '../auth/discovery.ts';
import { type Sessions, signInTarget } from '../auth/sessions.ts';
import type { HostedVerifier, PhoneDirectory } from '../backend.ts';
import { requireAccount } from '../db/accounts.ts';
import { requireConnection } from '../db/connections.ts';
import type { Database } from '../db/database.ts';
import { isGateway } from '../gateway/verifier.ts';
import type { Network } from '../network.ts';
import type { Sync } from '../sync/sync.ts';
import type { VerificationJourney } from '../verification/verification.ts';
import { Cancelled, type Handlers, type Outbox } from './outbox.ts';

/** What a command may open. */
export interface Surfaces {
  /** A page of the service in a tab. */
  openPage(url: string): Promise<void>;
  /** Leads the person back to where the command was given; a popup has closed when a window of the sign-in opened. */
  returnTo(surface: 'popup' | 'options'): Promise<void>;
  /** What was typed and not sent: a number, a code. */
  forgetDrafts(): Promise<void>;
}

export function createHandlers(dependencies: {
  database: Database;
  network: Network;
  /** A way out to a host that is not part of the configuration yet. */
  networkTo(host: string): Network;
  authorize: Authorize;
  sessions: Sessions;
  sync: Sync;
  surfaces: Surfaces;
  directoryOf(account: Account): Promise<PhoneDirectory>;
  verifierOf(account: Account): Promise<HostedVerifier | undefined>;
  verification: VerificationJourney;
  /** Everything of an account, in memory as well. */
  wipe(accountId: string): Promise<void>;
  /** Asked late: the outbox is made of these handlers. */
  outbox(): Pick<Outbox, 'signedIn'>;
  now: () => number;
}): Handlers {
  const {
    database,
    network,
    networkTo,
    authorize,
    sessions,
    sync,
    surfaces,
    directoryOf,
    verifierOf,
    verification,
    wipe,
    outbox,
    now,
  } = dependencies;

  const connectionOf = (id: string): Promise<Connection> => requireConnection(database, id);

  const accountOf = (id: string): Promise<Account> => requireAccount(database, id);

  async function checkGateway({ url, scope }: NonNullable<Connection['gateway']>): Promise<Connection['gateway']> {
    const address = URL.canParse(url) ? new URL(url) : undefined;
    if (address?.protocol !== 'https:') throw new IdentityError('not-configured', { code: 'invalid-gateway-url' });
    // An API's identifier and the name of its permission, as in `api://{client id}/PhoneVerification`.
    if (!/^(api|https):\/\/\S+\/[\w.-]+$/.test(scope)) {
      throw new IdentityError('not-configured', { code: 'invalid-gateway-scope' });
    }
    const isThere = await isGateway(address.origin, networkTo(address.host)).catch((error) => {
      throw error instanceof IdentityError ? new IdentityError(error.kind, { code: 'gateway-unreachable' }) : error;
    });
    if (!isThere) throw new IdentityError('not-configured', { code: 'gateway-unknown' });
    return { url: address.origin, scope };
  }

  /** Signs in interactively and leads back, however it ended. */
  async function interactive(
    connection: Connection,
    options: Omit<AuthorizeOptions, 'interactive'>,
    from: 'popup' | 'options',
    then: (signedIn: SignedIn) => Promise<void>,
  ): Promise<void> {
    try {
      const signedIn = await authorize.authorize(signInTarget(connection), { interactive: true, ...options });
      await then(signedIn);
    } catch (error) {
      throw error instanceof SignInCancelled ? new Cancelled() : error;
    } finally {
      // The row is written right after this; the popup follows it.
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
      return undefined;
    },

    async disconnect({ connectionId }) {
      for (const { id } of await database.accounts.where({ connectionId }).toArray()) await wipe(id);
      await database.connections.delete(connectionId);
      await database.silentSignIns.delete(connectionId);
      return undefined;
    },

    async 'sign-in'({ connectionId, loginHint, from }) {
      const connection = await connectionOf(connectionId);
      let accountId: string | undefined;
      await interactive(
        connection,
        loginHint ? { loginHint } : { prompt: 'select_account' },
        from,
        async (signedIn) => {
          await sessions.admit(connection, signedIn);
          accountId = signedIn.accountId;
          await outbox().signedIn(accountId);
          void sync.when(accountId, 'person');
        },
      );
      return { accountId };
    },

    async 'step-up'({ accountId, commandId, from }) {
      const account = await accountOf(accountId);
      const waiting = await database.outbox.get(commandId);
      if (waiting?.state !== 'needs-step-up') throw new Cancelled();
      const claims = waiting.stepUp?.claims;
      const options = { loginHint: account.loginHint, ...(claims ? { claims } : {}) };
      await interactive(await connectionOf(account.connectionId), options, from, async (signedIn) => {
        // A colleague's session must not carry on this person's change, nor be taken in on the way.
        if (signedIn.accountId !== accountId) throw new IdentityError('account-not-allowed');
        await sessions.admit(await connectionOf(account.connectionId), signedIn);
        await outbox().signedIn(accountId, commandId);
      });
      return undefined;
    },

    async 'sign-out'({ accountId, atService }) {
      const account = await accountOf(accountId);
      const url = atService ? await sessions.signOutUrl(account) : undefined;
      await wipe(accountId);
      // Who leaves is not taken in again behind their back.
      await database.silentSignIns.put({ connectionId: account.connectionId, never: true });
      if (url) await surfaces.openPage(url);
      return undefined;
    },

    async sync({ accountId }) {
      const { syncError } = await accountOf(accountId);
      // What the service demanded holds for a click as well; the page says until when.
      if (syncError && (syncError.retryAt ?? 0) > now()) throw new IdentityError(syncError.kind, syncError);
      await sync.read(accountId);
      return undefined;
    },

    async 'list-methods'({ accountId }) {
      const directory = await directoryOf(await accountOf(accountId));
      await database.accounts.update(accountId, { otherMethods: await directory.otherMethods() });
      return undefined;
    },

    async 'try-sign-in'({ accountId, methodId, from }) {
      const account = await accountOf(accountId);
      const connection = await connectionOf(account.connectionId);
      // In full it is nowhere but at the service.
      const { methods } = await sync.read(accountId);
      const method = methods.find(({ id }) => id === methodId);
      // Switched off meanwhile, which shows by now.
      if (method?.smsSignIn !== 'ready') throw new Cancelled();
      // Whoever is signed in at the service must not answer in place of the number.
      const options = { prompt: 'login', loginHint: method.number.replace(/\s/g, ''), identityOnly: true } as const;
      await interactive(connection, options, from, async (signedIn) => {
        if (signedIn.accountId !== accountId) throw new IdentityError('account-not-allowed');
      });
      return undefined;
    },

    async 'add-hosted'({ accountId, methodId }) {
      const account = await accountOf(accountId);
      const verifier = await verifierOf(account);
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
      return undefined;
    },

    async 'confirm-number'({ accountId, methodId }) {
      const method = await database.methods.get([accountId, methodId]);
      // Gone, or changed meanwhile: then it is asked about anew.
      if (method) {
        await database.confirmations.put({ accountId, methodId, masked: method.masked, confirmedAt: now() });
      }
      return undefined;
    },

    async 'change-settings'({ settings }) {
      const change = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
      await database.transaction('rw', database.settings, async () => {
        const current = await database.settings.get('settings');
        await database.settings.put({ ...current, ...change, id: 'settings' });
      });
      return undefined;
    },

    'text-code': (command, { id }) => verification.textCode(command, id),
    'resend-code': (command, { id }) => verification.resendCode(command, id),
    'confirm-code': (command, { id }) => verification.confirmCode(command, id),
    'cancel-verification': verification.cancel,
  };
}
