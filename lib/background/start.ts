import { clouds } from '../shared/model/clouds.ts';
import { type ErrorDetails, IdentityError } from '../shared/model/errors.ts';
import { disabledReason } from '../shared/policy/restrictions.ts';
import { createAuthorize } from './auth/authorize.ts';
import { createSessions } from './auth/sessions.ts';
import { createSilentSignIn } from './auth/silent-sign-in.ts';
import { createTokenVault } from './auth/token-vault.ts';
import { createBackendOfAccount } from './backend-of-account.ts';
import { accountHandlers } from './commands/account-handlers.ts';
import { connectionHandlers } from './commands/connection-handlers.ts';
import { createOutbox, type Outbox } from './commands/outbox.ts';
import { signInHandlers } from './commands/sign-in-handlers.ts';
import { requireAccount } from './db/accounts.ts';
import { readPolicy } from './db/connections.ts';
import { createLifecycle } from './lifecycle.ts';
import { createNetwork } from './network.ts';
import type { Platform } from './platform.ts';
import { createPolicyReader } from './policy/reader.ts';
import { requirePermitted } from './policy/require-permitted.ts';
import { createStoppableFetch } from './stoppable-fetch.ts';
import { createSync } from './sync/sync.ts';
import { createVerifications, type Verifications } from './verification/verifications.ts';

/** Refresh tokens are sent to these. Those of all clouds, because a connection is checked before it is saved. */
const signInHosts = new Set(Object.values(clouds).map(({ login }) => login));

export function createBackground(browserPlatform: Platform) {
  const requests = createStoppableFetch(browserPlatform.fetch);
  const platform: Platform = { ...browserPlatform, fetch: requests.fetch };
  const { database, memory, surfaces, redirectUri, readManaged, now, random, wakeAt } = platform;

  async function allowedHosts(): Promise<Set<string>> {
    // Also stops a command that was under way when the policy arrived.
    if (disabledReason(await readPolicy(database))) throw new IdentityError('paused');
    return signInHosts;
  }
  async function resumeWaiting(accountId: string, waitingId?: string): Promise<void> {
    await outbox.signedIn(accountId, waitingId);
    await verifications.signedIn(accountId, waitingId);
  }
  /** Deletes everything that is stored of an account, also in storage.session. */
  async function removeAccount(accountId: string): Promise<void> {
    const ids = await database.verifications.where({ accountId }).primaryKeys();
    await Promise.all(ids.map(verifications.forgetInput));
    await surfaces.forgetDrafts();
    await sessions.signOut(accountId);
  }

  const network = createNetwork(platform.fetch, allowedHosts);
  const networkTo = (host: string) => createNetwork(platform.fetch, async () => new Set([host]));
  const authorize = createAuthorize({ network, memory, launch: platform.launchSignIn, redirectUri, now, random });
  const sessions = createSessions({ database, vault: createTokenVault(memory, now), authorize, now, random });
  const backend = createBackendOfAccount({ database, fetch: platform.fetch, sessions, now });
  const { directoryOf, hostedVerifierOf, inlineVerifierOf } = backend;
  const sync = createSync({
    ...{ database, directoryOf, verifierOf: hostedVerifierOf, now, random },
    contradicts: (accountId, snapshot, forMs) => outbox.contradicts(accountId, snapshot, forMs),
    afterRead: (accountId, snapshot) => outbox.confirmLateSuccess(accountId, snapshot),
    scheduled: () => lifecycle.scheduleNextSync(),
    isRepeated: sessions.isRepeated,
  });
  const silentSignIn = createSilentSignIn({ database, authorize, sessions, sync, now, random, wakeAt });
  const verifications: Verifications = createVerifications({
    ...{ database, memory, verifierOf: inlineVerifierOf, sync, now, wakeAt },
    canMeet: sessions.canMeet,
    startCommand: sessions.startCommand,
  });
  const handlerDependencies = {
    ...{ database, network, networkTo, authorize, sessions, sync, surfaces, directoryOf, hostedVerifierOf },
    ...{ removeAccount, resumeWaiting, now },
    stepUpFailed: (waitingId: string, error: ErrorDetails) => outbox.stepUpFailed(waitingId, error),
    countSignIn: async (waitingId: string) =>
      (await outbox.countSignIn(waitingId)) || (await verifications.countSignIn(waitingId)),
  };
  const outbox: Outbox = createOutbox({
    ...{ database, now, wakeAt },
    requirePermitted: (command) => requirePermitted(database, command),
    handlers: {
      ...connectionHandlers(handlerDependencies),
      ...signInHandlers(handlerDependencies),
      ...accountHandlers(handlerDependencies),
    },
    write: {
      directory: async ({ id, accountId }) => directoryOf(await requireAccount(database, accountId), id),
      read: sync.read,
      canMeet: sessions.canMeet,
      now,
    },
    forgetChallenge: sessions.forgetChallenge,
    startCommand: sessions.startCommand,
    syncSoon: (accountId) => lifecycle.syncSoon(accountId),
  });
  const policy = createPolicyReader({
    ...{ database, readManaged, memory, now, wakeAt },
    changed: () => lifecycle.policyChanged(),
  });
  const lifecycle = createLifecycle({
    ...{ database, requests, sync, silentSignIn, outbox, verifications, policy, removeAccount, now, wakeAt },
  });
  return { outbox, verifications, ...lifecycle };
}
