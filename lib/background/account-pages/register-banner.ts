// Registers the banner's content script while there is something to show, and sets the badge.
import { liveQuery } from 'dexie';
import { accountPagesInUse, everyAccountPage, patternsOf } from '../../shared/model/account-pages.ts';
import { type BannerState, bannerStates, needsBannerScript } from '../../shared/model/banner-visibility.ts';
import { nextCampaignChange } from '../../shared/model/campaign.ts';
import { isDueForReview } from '../../shared/model/number-review.ts';
import { type EffectivePolicy, effectiveSettings } from '../../shared/policy/effective-policy.ts';
import { type Rows, readRows } from '../../shared/tables/page-rows.ts';
import { readSettings } from '../db/connections.ts';
import type { Database } from '../db/database.ts';
import { tablesOf } from '../db/read-tables.ts';
import { log } from '../log.ts';
import type { Platform } from '../platform.ts';
import type { BannerScript } from './banner-script.ts';

export function createBannerRegistration(
  dependencies: Pick<Platform, 'database' | 'now' | 'wakeAt'> & { script: BannerScript },
) {
  const { database, script, now, wakeAt } = dependencies;
  let running = Promise.resolve();
  let isWaiting = false;
  let lastState: string | undefined;

  /** Never rejects: the next change, start or alarm tries again. */
  function update(): Promise<void> {
    if (isWaiting) return running;
    isWaiting = true;
    running = running.then(() => {
      isWaiting = false;
      return updateNow().catch((error) => log('The banner could not be updated.', error));
    });
    return running;
  }

  async function updateNow(): Promise<void> {
    const { rows, states } = await readBannerStates(database, now());
    const { settings } = rows;
    const isNeeded = states.some(needsBannerScript);
    const pages = accountPagesInUse(
      states.map(({ connection }) => connection),
      settings,
    );
    const patterns = isNeeded ? await script.permitted(patternsOf(pages)) : [];
    const previous = await script.register(patterns);
    await script.badge(countTasks(rows, states, now()));
    const changes = rows.answers.flatMap(({ snoozedUntil = 0 }) => (snoozedUntil > now() ? snoozedUntil : []));
    changes.push(nextCampaignChange(settings, now()) ?? Number.POSITIVE_INFINITY);
    const next = Math.min(...changes);
    if (next < Number.POSITIVE_INFINITY) wakeAt(next);
    const state = JSON.stringify([patterns, states, settings.accountPages]);
    if (state === lastState) return;
    await script.refresh(patterns, true);
    // Content scripts on pages that are no longer registered end after they ask.
    await script.refresh(
      previous.filter((pattern) => !patterns.includes(pattern)),
      false,
    );
    lastState = state;
  }

  return {
    update,
    follow(): void {
      liveQuery(() => readRows(tablesOf(database))).subscribe({
        next: () => void update(),
        error: (reason) => {
          log('The rows of the banner could not be read.', reason);
          Promise.all([script.register([]), script.badge(0)]).catch((error) =>
            log('The banner could not be removed.', error),
          );
        },
      });
    },
  };
}

function countTasks(rows: BannerRows, states: readonly BannerState[], now: number): number {
  const { accounts, methods, confirmations, settings } = rows;
  const signedIn = new Set(accounts.flatMap(({ id, session }) => (session === 'signed-in' ? id : [])));
  const offers = states.filter(needsBannerScript).map(({ accountId, methodId }) => `${accountId} ${methodId}`);
  const reviews = methods
    .filter((method) => isDueForReview(method, confirmations, settings.numberReviewDays, now))
    .flatMap(({ accountId, id }) => (signedIn.has(accountId) ? `${accountId} ${id}` : []));
  return new Set([...offers, ...reviews]).size;
}

type BannerRows = Omit<Rows, 'settings'> & { settings: EffectivePolicy };

export async function readBannerStates(
  database: Database,
  now: number,
): Promise<{ rows: BannerRows; states: BannerState[] }> {
  const stored = await readRows(tablesOf(database));
  const rows = { ...stored, settings: effectiveSettings(stored) };
  return { rows, states: bannerStates(rows, now) };
}

export async function readAccountPages(database: Database): Promise<string[]> {
  return everyAccountPage(await readSettings(database));
}
