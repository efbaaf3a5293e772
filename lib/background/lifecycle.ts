// What the service worker does when it starts, when it is woken and when managed policy changes.
import { accountsToPoll } from '../shared/model/accounts-to-poll.ts';
import { isOver } from '../shared/model/command-row.ts';
import { everyConnection } from '../shared/model/rows.ts';
import { effectiveConnections } from '../shared/policy/effective-connections.ts';
import { effectivePolicy } from '../shared/policy/effective-policy.ts';
import { disabledReason } from '../shared/policy/restrictions.ts';
import { readRows } from '../shared/tables/page-rows.ts';
import type { createSilentSignIn } from './auth/silent-sign-in.ts';
import type { Outbox } from './commands/outbox.ts';
import { hasFutureRows, moveFutureRows, timedTables } from './db/clock.ts';
import { readPolicy } from './db/connections.ts';
import { tablesOf } from './db/read-tables.ts';
import { deleteOld } from './db/retention.ts';
import { log } from './log.ts';
import type { Platform } from './platform.ts';
import type { createPolicyReader } from './policy/reader.ts';
import type { SyncReason } from './sync/schedule.ts';
import type { Sync } from './sync/sync.ts';
import type { Verifications } from './verification/verifications.ts';

const noticeMs = 24 * 3_600_000;
/** The shortest period of an alarm; also longer than a change takes to show at Graph. */
const syncSoonMs = 60_000;

interface LifecycleDependencies extends Pick<Platform, 'database' | 'now' | 'wakeAt'> {
  requests: { stop(): void; allow(): void };
  sync: Sync;
  silentSignIn: ReturnType<typeof createSilentSignIn>;
  outbox: Outbox;
  verifications: Verifications;
  policy: ReturnType<typeof createPolicyReader>;
  removeAccount(accountId: string): Promise<void>;
}

export function createLifecycle(dependencies: LifecycleDependencies) {
  const { database, requests, sync, silentSignIn, outbox, verifications, policy, removeAccount, now, wakeAt } =
    dependencies;

  async function isDisabled(): Promise<boolean> {
    return disabledReason(await readPolicy(database)) !== undefined;
  }

  async function syncAll(reason: SyncReason): Promise<void> {
    const accounts = await database.accounts.toArray();
    const polled = accountsToPoll(await readRows(tablesOf(database)), now());
    await Promise.all(
      accounts.map(({ id }) => sync.when(id, reason === 'page' && polled.has(id) ? 'registration' : reason)),
    );
    await scheduleNextSync();
  }

  /** Called at each start, because a restart of the browser may delete alarms. */
  async function scheduleNextSync(): Promise<void> {
    const times = (await database.accounts.toArray()).flatMap(({ nextSyncAt, recovery }) =>
      nextSyncAt === undefined ? [] : Math.max(nextSyncAt, recovery?.nextAt ?? 0),
    );
    // An overdue sync that is not allowed yet must not wake the service worker again and again.
    if (times.length > 0) wakeAt(Math.max(Math.min(...times), now() + syncSoonMs));
  }

  async function syncSoon(accountId: string): Promise<void> {
    const time = now() + syncSoonMs;
    await database.accounts.where({ id: accountId }).modify((account) => {
      account.nextSyncAt = Math.min(account.nextSyncAt ?? time, time);
    });
    await scheduleNextSync();
  }

  const readStored = () => tablesOf(database)(['connections', 'policy', ...timedTables]);
  type Stored = Awaited<ReturnType<typeof readStored>>;

  /** Removes the accounts whose connection no longer exists. A pause by policy removes no account. */
  async function removeOrphanedAccounts({ policy, connections, accounts, silentSignIns }: Stored): Promise<void> {
    const effective = effectivePolicy(policy[0]);
    if (disabledReason(effective)) return;
    const known = new Set(effectiveConnections(connections, effective).map(({ id }) => id));
    const orphaned = accounts.filter(({ connectionId }) => !known.has(connectionId));
    for (const { id } of orphaned) await removeAccount(id);
    // The notice about damaged rows explains more.
    if (orphaned.length > 0 && !(await database.notices.get('damaged'))) {
      await database.notices.put({ id: 'signed-out-by-policy', at: now() });
    }
    const lost = silentSignIns
      .map(({ connectionId }) => connectionId)
      .filter((id) => id !== everyConnection && !known.has(id));
    if (lost.length > 0) await database.silentSignIns.bulkDelete(lost);
  }

  async function tidy(): Promise<void> {
    await scheduleNextSync();
    await silentSignIn.plan();
    await policy.refresh();
    await database.notices.filter(({ at }) => at < now() - noticeMs).delete();
    await deleteOld(database, now());
  }

  /** Goes on with everything that waits, unless managed policy disables the extension. */
  async function resume(reason: SyncReason): Promise<void> {
    if (await isDisabled()) return;
    if (hasFutureRows(await readStored(), now())) await moveFutureRows(database, now());
    await Promise.all([syncAll(reason), outbox.resume(), verifications.resume()]);
  }

  return {
    scheduleNextSync,
    syncSoon,
    async policyChanged(): Promise<void> {
      if (await isDisabled()) requests.stop();
      else requests.allow();
      await removeOrphanedAccounts(await readStored());
      // `alarm`: a policy reaches all installations at once, so each syncs at its own time.
      await resume('alarm');
      await silentSignIn.atAlarm();
    },
    managedChanged: () => policy.refresh(true),
    /** At each start of the service worker, before anything else. The last known policy applies until the browser reports it. */
    async recover(): Promise<void> {
      // One read, because the message that started the service worker waits for it.
      const stored = await readStored();
      await removeOrphanedAccounts(stored);
      if (hasFutureRows(stored, now())) await moveFutureRows(database, now());
      if (stored.verifications.length > 0) await verifications.recover();
      if (!stored.outbox.every(isOver)) await outbox.recover();
      tidy().catch((error) => log('The work after a start failed.', error));
    },
    /** Whether there is a connection, or a policy that explains why there is none. */
    async isSetUp(): Promise<boolean> {
      await policy.refresh();
      return (await database.policy.count()) > 0 || (await database.connections.count()) > 0;
    },
    async browserStarted(): Promise<void> {
      if (await isDisabled()) return;
      await Promise.all([syncAll('start'), silentSignIn.atStart()]);
    },
    accountPageShown: async () => ((await isDisabled()) ? undefined : syncAll('page')),
    async visible(): Promise<void> {
      await Promise.all([resume('page'), policy.refresh()]);
    },
    /** The user has seen a result, or gives up a step-up or a registration on the service's page. */
    async dismiss(id: string): Promise<void> {
      await outbox.dismiss(id);
      await verifications.dismiss(id);
      await database.notices.where({ id }).delete();
      await database.registrations
        .where({ id })
        .and(({ state }) => state === 'waiting')
        .modify({ state: 'abandoned', updatedAt: now() });
    },
    /** The alarm or the timer of `wakeAt`. */
    async wake(): Promise<void> {
      await Promise.all([resume('alarm'), silentSignIn.atAlarm(), policy.refresh()]);
    },
  };
}
