// Registers the content script at run time, so that account pages do not load it without an offer.
import { browser } from '../../shared/browser.ts';
import { t } from '../../shared/language/translate.ts';
import { bannerRefreshMessage } from '../../shared/messages/banner-messages.ts';

const id = 'banner';
const file = '/banner.js';

export type BannerScript = typeof bannerScript;

export const bannerScript = {
  /**
   * @returns the match patterns for which the extension has host permissions, which users can withhold or revoke at any time
   */
  async permitted(patterns: readonly string[]): Promise<string[]> {
    const each = await Promise.all(
      patterns.map(async (pattern) => ((await browser.permissions.contains({ origins: [pattern] })) ? [pattern] : [])),
    );
    return each.flat();
  },

  /** @returns the patterns that were registered before */
  async register(patterns: readonly string[]): Promise<readonly string[]> {
    const [registered] = await browser.scripting.getRegisteredContentScripts({ ids: [id] });
    if (registered && isSame(registered.matches ?? [], patterns)) return patterns;
    if (registered) await browser.scripting.unregisterContentScripts({ ids: [id] });
    if (patterns.length > 0) {
      // At document start, so that the banner's event listeners come before those of the page.
      await browser.scripting.registerContentScripts([
        { id, js: [file], matches: [...patterns], runAt: 'document_start', allFrames: false },
      ]);
    }
    return registered?.matches ?? [];
  },

  /**
   * Makes the content scripts in open tabs ask again.
   * @param inject whether to inject the script into tabs that do not have it
   */
  async refresh(patterns: readonly string[], inject: boolean): Promise<void> {
    if (patterns.length === 0) return;
    const tabs = await browser.tabs.query({ url: [...patterns], discarded: false });
    await Promise.all(
      tabs.map(async ({ id: tabId }) => {
        if (tabId === undefined) return;
        try {
          await browser.tabs.sendMessage(tabId, bannerRefreshMessage, { frameId: 0 });
        } catch {
          // The tab has no content script. Injection fails in a tab that is navigating, which loads the script itself.
          if (inject) await browser.scripting.executeScript({ target: { tabId }, files: [file] }).catch(() => {});
        }
      }),
    );
  },

  async badge(count: number): Promise<void> {
    await browser.action.setBadgeText({ text: count > 0 ? String(count) : '' });
    const product = t('extension.name');
    await browser.action.setTitle({ title: count > 0 ? t('banner.badge', { product }) : product });
    if (count > 0) await browser.action.setBadgeBackgroundColor({ color: '#0b6b5b' });
  },
};

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join() === other.toSorted().join();
}
