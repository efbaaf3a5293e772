// What becomes of what the banner says. Nothing it can say changes anything at the service: Enable leads to a page of ours.
import type { BannerAnswer, BannerContent, BannerMessage } from '../../shared/messages/banner-messages.ts';
import { everyAccountPage, isAccountPage } from '../../shared/model/account-pages.ts';
import { type BannerState, bannerStateForPage, type Subject } from '../../shared/model/banner-visibility.ts';
import type { Database } from '../db/database.ts';
import { readBannerStates } from './register-banner.ts';

/** Least distance between two openings for the same thing, whoever clicks, or seems to. */
const openingDistanceMs = 3_000;
const day = 24 * 3_600_000;

export function createBannerAnswer(dependencies: {
  database: Database;
  bannerContent(state: BannerState): BannerContent;
  /** Shows the person the number, the account and what will change; or how far it is, once it was confirmed. */
  openConfirm(subject: Subject, isOffer: boolean, windowId: number): Promise<void>;
  /** Follows the service, if it is due. */
  sync(): void;
  now: () => number;
}) {
  const { database, bannerContent, openConfirm, sync, now } = dependencies;
  let opened = { at: 0, about: '' };

  /** @param page its origin, and the window it is in */
  return async (message: BannerMessage, page: { origin: string; windowId: number }): Promise<BannerAnswer> => {
    const { rows, states } = await readBannerStates(database, now());
    const { settings } = rows;
    if (message.say === 'shown') {
      if (states.length > 0 && !isAccountPage(page.origin, message.path, everyAccountPage(settings))) {
        return 'not-here';
      }
      const state = bannerStateForPage(states, message);
      // What was enabled elsewhere is noticed when somebody looks at a page.
      if (states.length > 0) sync();
      if (state) return bannerContent(state);
      return states.some(({ phase }) => phase === 'offer') ? 'not-here' : undefined;
    }
    const state = bannerStateForPage(states, message);
    if (!state) return undefined;
    const { accountId, methodId, phase } = state;
    if (message.say === 'open') {
      const about = JSON.stringify([accountId, methodId, phase]);
      if (about === opened.about && now() - opened.at < openingDistanceMs) return bannerContent(state);
      opened = { at: now(), about };
      await openConfirm({ accountId, methodId }, phase === 'offer', page.windowId);
      return bannerContent(state);
    }
    const method = await database.methods.get([accountId, methodId]);
    if (!method) return undefined;
    const { masked } = method;
    await database.answers.put({
      ...{ accountId, methodId, masked },
      ...(message.say === 'never' ? { never: true } : { snoozedUntil: now() + settings.snoozeDays * day }),
    });
    return undefined;
  };
}
