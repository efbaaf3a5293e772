// Opening what people see: pages of the service in a tab, and our own popup again.

import { browser } from '../../shared/browser.ts';
import type { Subject } from '../../shared/model/banner-visibility.ts';
import type { Place } from '../../shared/model/place.ts';
import type { Surfaces } from '../commands/handlers.ts';

export const surfaces: Surfaces = {
  async openPage(url) {
    await browser.tabs.create({ url });
  },

  forgetDrafts: () => browser.storage.session.remove(['draft:popup', 'draft:options']),

  async returnTo(surface) {
    // The options page is a tab: it is still there.
    if (surface === 'options' || (await isPopupOpen())) return;
    // Named, since the window that was used last is the sign-in window, which has no toolbar.
    const windows = await browser.windows.getAll({ windowTypes: ['normal'] });
    await openPopup((windows.find(({ focused }) => focused) ?? windows[0])?.id);
  },
};

async function isPopupOpen(): Promise<boolean> {
  const contexts = await browser.runtime.getContexts({ contextTypes: ['POPUP'] });
  return contexts.length > 0;
}

const windowKey = 'small-window';

/** The question to a person who clicked on the banner; once it is answered, the popup's usual view. */
export async function openConfirm({ accountId, methodId }: Subject, isOffer: boolean, windowId: number): Promise<void> {
  const { 'draft:popup': kept, [windowKey]: smallWindow } = await browser.storage.session.get([
    'draft:popup',
    windowKey,
  ]);
  const route: Place['route'] = isOffer ? { step: 'confirm', methodId, askedAt: Date.now() } : { step: 'home' };
  await browser.storage.session.set({ 'draft:popup': { ...(kept as Partial<Place>), route, accountId } });
  // One that is open shows another step.
  if (typeof smallWindow === 'number') await browser.windows.remove(smallWindow).catch(() => {});
  await openPopup(windowId);
}

async function openPopup(windowId: number | undefined): Promise<void> {
  try {
    await browser.action.openPopup(windowId === undefined ? {} : { windowId });
  } catch {
    // No toolbar, or a browser that does not open it: a small window shows the same.
    const opened = await browser.windows.create({
      url: browser.runtime.getURL('/popup.html'),
      type: 'popup',
      width: 376,
      height: 600,
    });
    await browser.storage.session.set({ [windowKey]: opened?.id });
  }
}
