// The background's parts, put together: what it needs of the browser comes in, and events go to `start`, `wake` and the outbox.
import { accountsToPoll } from '../shared/model/accounts-to-poll.ts';
import { clouds } from '../shared/model/clouds.ts';
import { isOver } from '../shared/model/command-row.ts';
import type { Command } from '../shared/model/commands.ts';
import { IdentityError } from '../shared/model/errors.ts';
import { everyConnection } from '../shared/model/rows.ts';
import { effectiveConnections } from '../shared/policy/effective-connections.ts';
import { effectivePolicy } from '../shared/policy/effective-policy.ts';
import { blockedBy, disabledReason } from '../shared/policy/restrictions.ts';
import { readRows } from '../shared/tables/page-rows.ts';
import { createAuthorize, type LaunchSignIn } from './auth/authorize.ts';
import { createSessions } from './auth/sessions.ts';
import { createSilentSignIn } from './auth/silent-sign-in.ts';
import { createTokenVault } from './auth/token-vault.ts';
import { createBackendOfAccount } from './backend-of-account.ts';
import { createHandlers, type Surfaces } from './commands/handlers.ts';
import { createOutbox } from './commands/outbox.ts';
import { requireAccount } from './db/accounts.ts';
import { hasFutureRows, moveFutureRows, timedTables } from './db/clock.ts';
import { readConnections, readPolicy } from './db/connections.ts';
import type { Database } from './db/database.ts';
import { tablesOf } from './db/read-tables.ts';
import { deleteOld } from './db/retention.ts';
import { log } from './log.ts';
import { createNetwork } from './network.ts';
import { createPolicyReader } from './policy/reader.ts';
import type { SessionStorage } from './session-storage.ts';
import type { SyncReason } from './sync/schedule.ts';
import { createSync } from './sync/sync.ts';
import { createSecrets } from './verification/secrets.ts';
import { createVerification } from './verification/verification.ts';

const dayMs = 24 * 3_600_000;

export interface Platform {
  database: Database;
  fetch: typeof fetch;
  memory: SessionStorage;
  launchSignIn: LaunchSignIn;
  /** Where the sign-in service leads back to. */
  redirectUri: string;
  surfaces: Surfaces;
  /** The managed settings as the browser has them: undefined where there are none, `{}` also while they are not loaded. */
  readManaged(): Promise<unknown>;
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
    const connections = await readConnections(database);
    // Also for what was under way when the policy came.
    if (await isInert()) throw new IdentityError('paused');
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
  const { directoryOf, hostedVerifierOf, inlineVerifierOf } = createBackendOfAccount({
    database,
    network,
    sessions,
    now,
  });

  async function isInert(): Promise<boolean> {
    return disabledReason(await readPolicy(database)) !== undefined;
  }

  async function requirePermitted(command: Command): Promise<void> {
    const refusal = blockedBy(command, await readPolicy(database));
    if (refusal) throw new IdentityError(refusal);
  }

  async function wipe(accountId: string): Promise<void> {
    const commands = await database.outbox.where({ accountId }).primaryKeys();
    await Promise.all(commands.map(secrets.forget));
    await surfaces.forgetDrafts();
    await sessions.signOut(accountId);
  }

  const sync = createSync({
    database,
    directoryOf,
    verifierOf: hostedVerifierOf,
    afterRead: (accountId, snapshot) => outbox.cameAfterAll(accountId, snapshot),
    // Also for who signed in since the background started: nobody else would ask for an alarm.
    scheduled: scheduleNextSync,
    now,
    random,
  });
  const silentSignIn = createSilentSignIn({ database, authorize, sessions, sync, now, random, wakeAt });
  const secrets = createSecrets(memory);
  const verification = createVerification({ database, verifierOf: inlineVerifierOf, secrets, sync, now, wakeAt });
  const outbox = createOutbox({
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
      verifierOf: hostedVerifierOf,
      verification,
      wipe,
      outbox: () => outbox,
      now,
    }),
    write: {
      directory: async ({ id, accountId }) => directoryOf(await requireAccount(database, accountId), id),
      read: sync.read,
      now,
    },
    secrets,
    requirePermitted,
    takenUp: verification.takenUp,
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
  const policy = createPolicyReader({
    database,
    readManaged: platform.readManaged,
    memory,
    now,
    wakeAt,
    changed: policyChanged,
  });

  /** Refreshes every account that may be, and asks for the next time. */
  async function syncAll(reason: SyncReason): Promise<void> {
    const accounts = await database.accounts.toArray();
    const awaited = accountsToPoll(await readRows(tablesOf(database)), now());
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

  const look = () => tablesOf(database)(['connections', 'policy', ...timedTables]);
  type Look = Awaited<ReturnType<typeof look>>;

  /**
   * Who signed in at an organization that no longer counts is wiped: their tokens were issued for what the organization has
   * taken back. While the extension is inert nobody is: a pause ends.
   */
  async function wipeStrangers({ policy, connections, accounts, silentSignIns: looks }: Look): Promise<void> {
    const effective = effectivePolicy(policy[0]);
    if (disabledReason(effective)) return;
    const known = new Set(effectiveConnections(connections, effective).map(({ id }) => id));
    const strangers = accounts.filter(({ connectionId }) => !known.has(connectionId));
    for (const { id } of strangers) await wipe(id);
    // Where the connection itself was damaged, that is what is told.
    if (strangers.length > 0 && !(await database.notices.get('damaged'))) {
      await database.notices.put({ id: 'signed-out-by-policy', at: now() });
    }
    // Nothing is written where nothing is to be: this is on the way of every start.
    const lost = looks.map(({ connectionId }) => connectionId).filter((id) => id !== everyConnection && !known.has(id));
    if (lost.length > 0) await database.silentSignIns.bulkDelete(lost);
  }

  /** What a start does that nobody waits for. */
  async function tidy(): Promise<void> {
    await scheduleNextSync();
    await silentSignIn.plan();
    await policy.refresh();
    await database.notices.filter(({ at }) => at < now() - dayMs).delete();
    await deleteOld(database, now());
  }

  async function policyChanged(): Promise<void> {
    await wipeStrangers(await look());
    // What was held back goes on. A policy comes to all installations at once, so the directory is asked when each would have been.
    await goOn('alarm');
    await silentSignIn.atAlarm();
  }

  /** Goes on with whatever waits, where anything may. */
  async function goOn(reason: SyncReason): Promise<void> {
    if (await isInert()) return;
    if (hasFutureRows(await look(), now())) await moveFutureRows(database, now());
    await Promise.all([syncAll(reason), outbox.resume(), verification.resume()]);
  }

  return {
    outbox,
    /** The browser has said that the managed settings changed. */
    managedChanged: () => policy.refresh(true),
    /** Once for each start of the background, before anything else. The policy that was known last counts until the browser says otherwise. */
    async recover(): Promise<void> {
      // Read in one piece, since whoever woke the background waits for this, and nearly always nothing is to be done.
      const found = await look();
      await wipeStrangers(found);
      if (hasFutureRows(found, now())) await moveFutureRows(database, now());
      if (found.verifications.length > 0) await verification.recover();
      if (!found.outbox.every(isOver)) await outbox.recover();
      tidy().catch((error) => log('The work after a start failed.', error));
    },
    /** Whether there is an organization to sign in to, or a policy that says why there is none. */
    async isSetUp(): Promise<boolean> {
      await policy.refresh();
      return (await database.policy.count()) > 0 || (await database.connections.count()) > 0;
    },
    /** The browser was started. */
    async browserStarted(): Promise<void> {
      if (await isInert()) return;
      await Promise.all([syncAll('start'), silentSignIn.atStart()]);
    },
    /** The banner's script runs on an account page. */
    accountPageShown: async () => ((await isInert()) ? undefined : syncAll('page')),
    /** A page of the extension is looked at. */
    async visible(): Promise<void> {
      await Promise.all([goOn('page'), policy.refresh()]);
    },
    /** The person has seen how a command ended, or no longer waits for it, or for a number. */
    async dismiss(id: string): Promise<void> {
      await outbox.dismiss(id);
      await database.notices.where({ id }).delete();
      await database.registrations
        .where({ id })
        .and(({ state }) => state === 'waiting')
        .modify({ state: 'abandoned', updatedAt: now() });
    },
    /** The alarm or a timer asked for by `wakeAt`. */
    async wake(): Promise<void> {
      await Promise.all([goOn('alarm'), silentSignIn.atAlarm(), policy.refresh()]);
    },
  };
}
