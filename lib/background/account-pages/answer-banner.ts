// Answers the messages of the banner. No message changes anything at the service: Enable opens the popup.
import type { BannerAnswer, BannerContent, BannerMessage } from '../../shared/messages/banner-messages.ts';
import { everyAccountPage, isAccountPage } from '../../shared/model/account-pages.ts';
import { type BannerState, bannerStateForPage, type Subject } from '../../shared/model/banner-visibility.ts';
import type { Database } from '../db/database.ts';
import { readBannerStates } from './register-banner.ts';

/** Minimum time between two openings of the popup for the same number, because the page could simulate clicks. */
const minOpenIntervalMs = 3_000;
const dayMs = 24 * 3_600_000;

export function createBannerAnswer(dependencies: {
  database: Database;
  bannerContent(state: BannerState): BannerContent;
  /** Opens the popup: for an offer with the confirmation, else with the progress. */
  openConfirm(subject: Subject, isOffer: boolean, windowId: number): Promise<void>;
  sync(): void;
  now: () => number;
}) {
  const { database, bannerContent, openConfirm, sync, now } = dependencies;
  let lastOpened = { at: 0, about: '' };

  return async (message: BannerMessage, page: { origin: string; windowId: number }): Promise<BannerAnswer> => {
    const { rows, states } = await readBannerStates(database, now());
    const { settings } = rows;
    const state = bannerStateForPage(states, message);
    if (message.say === 'shown') {
      if (states.length > 0 && !isAccountPage(page.origin, message.path, everyAccountPage(settings))) {
        return 'not-here';
      }
      if (states.length > 0) sync();
      if (state) return bannerContent(state);
      return states.some(({ phase }) => phase === 'offer') ? 'not-here' : undefined;
    }
    if (!state) return undefined;
    const { accountId, methodId, phase } = state;
    if (message.say === 'open') {
      const about = JSON.stringify([accountId, methodId, phase]);
      if (about === lastOpened.about && now() - lastOpened.at < minOpenIntervalMs) return bannerContent(state);
      lastOpened = { at: now(), about };
      await openConfirm({ accountId, methodId }, phase === 'offer', page.windowId);
      return bannerContent(state);
    }
    const method = await database.methods.get([accountId, methodId]);
    if (!method) return undefined;
    const { masked } = method;
    await database.answers.put({
      ...{ accountId, methodId, masked },
      ...(message.say === 'never' ? { never: true } : { snoozedUntil: now() + settings.snoozeDays * dayMs }),
    });
    return undefined;
  };
}
