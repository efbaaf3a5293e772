// The background's parts, put together: what it needs of the browser comes in, and events go to `start`, `wake` and the journal.
import { awaitedAccounts } from './account/awaited.ts';
import { createHandlers, type Surfaces } from './account/handlers.ts';
import { createJournal } from './account/journal.ts';
import { createSecrets } from './account/secrets.ts';
import { createVerification } from './account/verification.ts';
import { createAuthorize, graphScope, type LaunchSignIn } from './auth/authorize.ts';
import { createSessions } from './auth/sessions.ts';
import { createSilentSignIn } from './auth/silent-sign-in.ts';
import { createTokenVault, type MemoryStorage } from './auth/token-vault.ts';
import type { InlineVerifier, PhoneDirectory } from './identity/backend.ts';
import { clouds } from './identity/entra/clouds.ts';
import { createEntraDirectory } from './identity/entra/directory.ts';
import { createGraphRequest } from './identity/entra/graph.ts';
import { securityInfoVerifier } from './identity/entra/security-info.ts';
import { IdentityError } from './identity/errors.ts';
import { createGatewayVerifier } from './identity/gateway/verifier.ts';
import { createNetwork } from './platform/network.ts';
import type { Account, Connection, Database } from './store/database.ts';
import { readRows } from './store/rows.ts';
import type { SyncReason } from './sync/schedule.ts';
import { createSync } from './sync/sync.ts';

export interface Platform {
  database: Database;
  fetch: typeof fetch;
  memory: MemoryStorage;
  launchSignIn: LaunchSignIn;
  /** Where the sign-in service leads back to. */
  redirectUri: string;
  surfaces: Surfaces;
  now: () => number;
  random: () => number;
  /** Asks for `wake` to be called at a time, even if the background is stopped until then. */
  wakeAt(time: number): void;
}

/** As soon as an alarm may, and longer than a change takes to show. */
const readSoonMs = 60_000;

export function createBackground(platform: Platform) {
  const { database, memory, surfaces, now, random, wakeAt } = platform;

  /** Every cloud may be asked while it is being connected to; the hosts are fixed, and none of them is anybody else's. */
  const cloudHosts = Object.values(clouds).flatMap(({ login, graph }) => [login, graph]);
  const network = createNetwork(platform.fetch, async () => {
    const connections = await database.connections.toArray();
    return new Set([
      ...cloudHosts,
      ...connections.flatMap(({ gateway }) => (gateway ? new URL(gateway.url).host : [])),
    ]);
  });
  const authorize = createAuthorize({
    network,
    memory,
    launch: platform.launchSignIn,
    redirectUri: platform.redirectUri,
    now,
  });
  const sessions = createSessions({ database, vault: createTokenVault(memory), authorize, now });

  async function connectionOf(account: Account): Promise<Connection | undefined> {
    return database.connections.get(account.connectionId);
  }

  /** @param commandId whose row keeps the ids of the requests that change something */
  async function directoryOf(account: Account, commandId?: string): Promise<PhoneDirectory> {
    const cloud = (await connectionOf(account))?.cloud ?? 'global';
    const scope = graphScope(cloud);
    // Asked for first: what the token covers is known only once it is there.
    await sessions.accessToken(account, scope, false);
    return createEntraDirectory({
      request: createGraphRequest({
        origin: `https://${clouds[cloud].graph}`,
        network,
        accessToken: (renew) => sessions.accessToken(account, scope, renew),
        now,
        ...(commandId ? { changed: (requestId: string) => keepRequestId(commandId, requestId) } : {}),
      }),
      objectId: account.id.split('.')[1] ?? '',
      preferencesReadable: await sessions.covers(account, 'UserAuthenticationMethod.ReadWrite'),
      smsSignIn: clouds[cloud].smsSignIn,
    });
  }

  async function keepRequestId(commandId: string, requestId: string): Promise<void> {
    await database.journal.where({ id: commandId }).modify((entry) => {
      entry.requestIds = [...(entry.requestIds ?? []), requestId];
    });
  }

  async function verifierOf(account: Account) {
    const connection = await connectionOf(account);
    return connection && securityInfoVerifier(connection.cloud);
  }

  async function gatewayVerifierOf(account: Account): Promise<InlineVerifier> {
    const gateway = (await connectionOf(account))?.gateway;
    if (!gateway) throw new IdentityError('not-configured');
    return createGatewayVerifier({
      origin: gateway.url,
      network,
      accessToken: (renew) => sessions.accessToken(account, gateway.scope, renew),
      now,
    });
  }

  const sync = createSync({
    database,
    directoryOf,
    verifierOf,
    afterRead: (accountId, snapshot) => journal.cameAfterAll(accountId, snapshot),
    now,
    random,
  });
  const silentSignIn = createSilentSignIn({ database, authorize, sessions, sync, now, wakeAt });
  const secrets = createSecrets(memory);
  const verification = createVerification({ database, verifierOf: gatewayVerifierOf, secrets, sync, now, wakeAt });
  const journal = createJournal({
    database,
    handlers: createHandlers({
      database,
      network,
      networkTo: (host) => createNetwork(platform.fetch, async () => new Set([host])),
      authorize,
      sessions,
      sync,
      surfaces,
      directoryOf,
      verifierOf,
      verification,
      secrets,
      journal: () => journal,
      now,
    }),
    write: {
      directory: async ({ id, accountId }) => {
        const account = await database.accounts.get(accountId);
        if (!account) throw new IdentityError('signed-out');
        return directoryOf(account, id);
      },
      read: sync.read,
      now,
    },
    secrets,
    now,
    wakeAt,
    async readSoon(accountId) {
      const time = now() + readSoonMs;
      await database.accounts.where({ id: accountId }).modify((account) => {
        account.nextSyncAt = Math.min(account.nextSyncAt ?? time, time);
      });
      await scheduleNextSync();
    },
  });

  /** Refreshes every account that may be, and asks for the next time. */
  async function syncAll(reason: SyncReason): Promise<void> {
    const accounts = await database.accounts.toArray();
    const awaited = awaitedAccounts(await readRows(database), now());
    await Promise.all(
      accounts.map(({ id }) => {
        return sync.when(id, reason === 'page' && awaited.has(id) ? 'registration' : reason);
      }),
    );
    await scheduleNextSync();
  }

  /** Alarms may be gone after a restart of the browser, so each start of the background asks anew. */
  async function scheduleNextSync(): Promise<void> {
    const times = (await database.accounts.toArray()).flatMap(({ nextSyncAt }) => nextSyncAt ?? []);
    // What is overdue but may not be yet must not be asked for in a circle.
    if (times.length > 0) wakeAt(Math.max(Math.min(...times), now() + 60_000));
  }

  return {
    journal,
    /** Once for each start of the background, before anything else. */
    async recover(): Promise<void> {
      await verification.recover();
      await journal.recover();
      await scheduleNextSync();
      await silentSignIn.plan();
    },
    /** The browser was started. */
    async browserStarted(): Promise<void> {
      await Promise.all([syncAll('start'), silentSignIn.atStart()]);
    },
    /** The banner's script runs on an account page. */
    accountPageShown: () => syncAll('page'),
    /** A page of the extension is looked at. */
    async visible(): Promise<void> {
      await Promise.all([syncAll('page'), journal.resume(), verification.resume()]);
    },
    /** The person has seen how a command ended, or no longer waits for it, or for a number. */
    async dismiss(id: string): Promise<void> {
      await journal.dismiss(id);
      await database.registrations
        .where({ id })
        .and(({ state }) => state === 'waiting')
        .modify({ state: 'abandoned', updatedAt: now() });
    },
    /** The alarm or a timer asked for by `wakeAt`. */
    async wake(): Promise<void> {
      await Promise.all([syncAll('alarm'), journal.resume(), verification.resume(), silentSignIn.atAlarm()]);
    },
  };
}
