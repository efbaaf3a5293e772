import { browser } from '../../shared/browser.ts';
import type { Subject } from '../../shared/model/banner-visibility.ts';
import type { Place } from '../../shared/model/place.ts';
import type { Surfaces } from '../platform.ts';

export const surfaces: Surfaces = {
  async openPage(url) {
    await browser.tabs.create({ url });
  },

  forgetDrafts: () => browser.storage.session.remove(['draft:popup', 'draft:options']),

  async returnTo(surface) {
    // The options page is still open in its tab.
    if (surface === 'options' || (await isPopupOpen())) return;
    // The last focused window is the sign-in window, which has no toolbar.
    const windows = await browser.windows.getAll({ windowTypes: ['normal'] });
    await openPopup((windows.find(({ focused }) => focused) ?? windows[0])?.id);
  },
};

async function isPopupOpen(): Promise<boolean> {
  const contexts = await browser.runtime.getContexts({ contextTypes: ['POPUP'] });
  return contexts.length > 0;
}

const windowKey = 'small-window';

/** Opens the popup after a click on the banner, for an offer with the confirmation view. */
export async function openConfirm({ accountId, methodId }: Subject, isOffer: boolean, windowId: number): Promise<void> {
  const { 'draft:popup': draft, [windowKey]: smallWindow } = await browser.storage.session.get([
    'draft:popup',
    windowKey,
  ]);
  const route: Place['route'] = isOffer ? { step: 'confirm', methodId, askedAt: Date.now() } : { step: 'home' };
  await browser.storage.session.set({ 'draft:popup': { ...(draft as Partial<Place>), route, accountId } });
  // The user may have closed the window.
  if (typeof smallWindow === 'number') await browser.windows.remove(smallWindow).catch(() => {});
  await openPopup(windowId);
}

async function openPopup(windowId: number | undefined): Promise<void> {
  try {
    await browser.action.openPopup(windowId === undefined ? {} : { windowId });
  } catch {
    // Without a toolbar, a small window shows the popup.
    const opened = await browser.windows.create({
      url: browser.runtime.getURL('/popup.html'),
      type: 'popup',
      width: 376,
      height: 600,
    });
    await browser.storage.session.set({ [windowKey]: opened?.id });
  }
}
