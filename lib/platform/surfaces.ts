// Opening what people see: pages of the service in a tab, and our own popup again.
import type { Surfaces } from '../account/handlers.ts';
import { browser } from './browser.ts';

export const surfaces: Surfaces = {
  async openPage(url) {
    await browser.tabs.create({ url });
  },

  forgetDraft: () => browser.storage.session.remove('draft:popup'),

  async returnTo(surface) {
    // The options page is a tab: it is still there.
    if (surface === 'options' || (await isPopupOpen())) return;
    try {
      // Named, since the window that was used last is the sign-in window, which has no toolbar.
      const windows = await browser.windows.getAll({ windowTypes: ['normal'] });
      const windowId = (windows.find(({ focused }) => focused) ?? windows[0])?.id;
      await browser.action.openPopup(windowId === undefined ? {} : { windowId });
    } catch {
      // No toolbar, or a browser that does not open it: a small window shows the same.
      await browser.windows.create({
        url: browser.runtime.getURL('/popup.html'),
        type: 'popup',
        width: 376,
        height: 600,
      });
    }
  },
};

async function isPopupOpen(): Promise<boolean> {
  const contexts = await browser.runtime.getContexts({ contextTypes: ['POPUP'] });
  return contexts.length > 0;
}
