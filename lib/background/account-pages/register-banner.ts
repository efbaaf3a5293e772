// Account pages get our script only while there is something to offer, and the toolbar shows a badge meanwhile. One pass
// after the other brings the browser in line with the database: what is registered, the tabs that are open, the badge.
import { liveQuery } from 'dexie';
import { accountPagesInUse, everyAccountPage, patternsOf } from '../../shared/model/account-pages.ts';
import {
  type BannerRows,
  type BannerState,
  bannerStates,
  needsBannerScript,
} from '../../shared/model/banner-visibility.ts';
import { nextCampaignChange } from '../../shared/model/campaign.ts';
import { isDueForReview } from '../../shared/model/number-review.ts';
import type { Confirmation } from '../../shared/model/rows.ts';
import type { EffectivePolicy } from '../../shared/policy/effective-policy.ts';
import { readConnections, readSettings } from '../db/connections.ts';
import type { Database } from '../db/database.ts';

/** What has to be done with the browser. */
export interface AccountPageTabs {
  /** Those of the match patterns that the person lets this extension reach. */
  reachable(patterns: readonly string[]): Promise<string[]>;
  /** Answers for which patterns the script was registered before. Without patterns it is no more. */
  register(patterns: readonly string[]): Promise<readonly string[]>;
  /** Tells the script in open tabs to ask again; `bring`: where there is none it is brought there. */
  call(patterns: readonly string[], bring: boolean): Promise<void>;
  /** @param count of the numbers that wait for the person */
  badge(count: number): Promise<void>;
}

export function createBannerRegistration(dependencies: {
  database: Database;
  tabs: AccountPageTabs;
  now: () => number;
  /** Asks for `reconcile` to be called at a time. */
  wakeAt(time: number): void;
}) {
  const { database, tabs, now, wakeAt } = dependencies;
  let running = Promise.resolve();
  let isWaiting = false;
  let told: string | undefined;

  /** Never rejects: the next change, start or alarm tries again. */
  function reconcile(): Promise<void> {
    // One that has not begun yet sees what this one would see.
    if (isWaiting) return running;
    isWaiting = true;
    running = running.then(() => {
      isWaiting = false;
      return pass().catch(() => {});
    });
    return running;
  }

  async function pass(): Promise<void> {
    const { rows, states } = await readBannerStates(database, now());
    const { settings } = rows;
    const isNeeded = states.some(needsBannerScript);
    const pages = accountPagesInUse(
      states.map(({ connection }) => connection),
      settings,
    );
    const reachable = isNeeded ? await tabs.reachable(patternsOf(pages)) : [];
    const former = await tabs.register(reachable);
    await tabs.badge(countWaiting(rows, states, now()));
    const turns = rows.answers.flatMap(({ snoozedUntil = 0 }) => (snoozedUntil > now() ? snoozedUntil : []));
    turns.push(nextCampaignChange(settings, now()) ?? Number.POSITIVE_INFINITY);
    const next = Math.min(...turns);
    if (next < Number.POSITIVE_INFINITY) wakeAt(next);
    // Each pass after a sync finds mostly what it was: pages need not hear of that.
    const state = JSON.stringify([reachable, states, settings.accountPages]);
    if (state === told) return;
    await tabs.call(reachable, true);
    // Where it is no more wanted: it asks, hears so and ends.
    const left = former.filter((pattern) => !reachable.includes(pattern));
    await tabs.call(left, false);
    told = state;
  }

  return {
    reconcile,
    /** At each start of the background, and from then on whenever something changes in the database, whoever writes it. */
    follow(): void {
      liveQuery(() => readRows(database)).subscribe({
        next: () => void reconcile(),
        // A database that cannot be read has nothing to offer.
        error: () => void Promise.all([tabs.register([]), tabs.badge(0)]).catch(() => {}),
      });
    },
  };
}

/** Numbers that can be switched on, and those that may no longer be the person's: each once. */
function countWaiting(rows: WaitingRows, states: readonly BannerState[], now: number): number {
  const { numberReviewDays } = rows.settings;
  const offered = states.filter(needsBannerScript).map(({ accountId, methodId }) => [accountId, methodId]);
  const isKnown = (accountId: string) =>
    rows.accounts.some(({ id, session }) => id === accountId && session === 'signed-in');
  const due = rows.methods
    .filter((method) => isKnown(method.accountId) && isDueForReview(method, rows.confirmations, numberReviewDays, now))
    .map(({ accountId, id }) => [accountId, id]);
  return new Set([...offered, ...due].map(String)).size;
}

interface WaitingRows extends BannerRows {
  confirmations: Confirmation[];
  settings: EffectivePolicy;
}

export async function readBannerStates(
  database: Database,
  now: number,
): Promise<{ rows: WaitingRows; states: BannerState[] }> {
  const rows = await readRows(database);
  return { rows, states: bannerStates(rows, now) };
}

function readRows(database: Database): Promise<WaitingRows> {
  const { connections, accounts, methods, outbox, answers, confirmations, settings, policy } = database;
  const tables = [connections, accounts, methods, outbox, answers, confirmations, settings, policy];
  return database.transaction('r', tables, async () => ({
    connections: await readConnections(database),
    accounts: await accounts.toArray(),
    methods: await methods.toArray(),
    outbox: await outbox.toArray(),
    answers: await answers.toArray(),
    confirmations: await confirmations.toArray(),
    settings: await readSettings(database),
  }));
}

/** Whose banner is heard at all. */
export async function readAccountPages(database: Database): Promise<string[]> {
  return everyAccountPage(await readSettings(database));
}
