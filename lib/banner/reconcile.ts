// Account pages get our script only while there is something to offer, and the toolbar shows a badge meanwhile. One pass
// after the other brings the browser in line with the database: what is registered, the tabs that are open, the badge.
import { liveQuery } from 'dexie';
import { accountPagesOf } from '../identity/entra/clouds.ts';
import type { Database } from '../store/database.ts';
import { needsScript, type OfferRows, type Standing, standingsOf } from './offer.ts';

/** What has to be done with the browser. */
export interface AccountPageTabs {
  /** Those of the match patterns that the person lets this extension reach. */
  reachable(patterns: readonly string[]): Promise<string[]>;
  /** Whether the script was registered before. Without patterns it is no more. */
  register(patterns: readonly string[]): Promise<boolean>;
  /** Tells the script in open tabs to ask again; `bring`: where there is none it is brought there. */
  call(patterns: readonly string[], bring: boolean): Promise<void>;
  badge(isShown: boolean): Promise<void>;
}

export function createReconciliation(dependencies: {
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
    const { rows, standings } = await readStandings(database, now());
    const isNeeded = standings.some(needsScript);
    const clouds = new Set(standings.map(({ connection }) => connection.cloud));
    const all = [...new Set(rows.connections.flatMap(({ cloud }) => accountPagesOf(cloud)))];
    const wanted = all.filter((pattern) => [...clouds].some((cloud) => accountPagesOf(cloud).includes(pattern)));
    const reachable = isNeeded ? await tabs.reachable(wanted) : [];
    const wasRegistered = await tabs.register(reachable);
    await tabs.badge(isNeeded);
    const snoozeEnds = rows.answers.flatMap(({ snoozedUntil = 0 }) => (snoozedUntil > now() ? snoozedUntil : []));
    if (snoozeEnds.length > 0) wakeAt(Math.min(...snoozeEnds));
    // Each pass after a sync finds mostly what it was: pages need not hear of that.
    const state = JSON.stringify([reachable, standings]);
    if (state === told) return;
    if (isNeeded || wasRegistered) await tabs.call(isNeeded ? reachable : all, isNeeded);
    told = state;
  }

  return {
    reconcile,
    /** At each start of the background, and from then on whenever something changes in the database, whoever writes it. */
    follow(): void {
      liveQuery(() => readRows(database)).subscribe({
        next: () => void reconcile(),
        // A database that cannot be read has nothing to offer.
        error: () => void Promise.all([tabs.register([]), tabs.badge(false)]).catch(() => {}),
      });
    },
  };
}

export async function readStandings(
  database: Database,
  now: number,
): Promise<{ rows: OfferRows; standings: Standing[] }> {
  const rows = await readRows(database);
  return { rows, standings: standingsOf(rows, now) };
}

function readRows(database: Database): Promise<OfferRows> {
  const { connections, accounts, methods, journal, answers } = database;
  return database.transaction('r', [connections, accounts, methods, journal, answers], async () => ({
    connections: await connections.toArray(),
    accounts: await accounts.toArray(),
    methods: await methods.toArray(),
    journal: await journal.toArray(),
    answers: await answers.toArray(),
  }));
}
