// The banner script in the browser: registered at run time by our own code, since what the manifest registers would be on
// every account page, offer or not.

import { browser } from '../../shared/browser.ts';
import { t } from '../../shared/language/translate.ts';
import { bannerRefreshMessage } from '../../shared/messages/banner-messages.ts';
import type { AccountPageTabs } from './register-banner.ts';

const id = 'banner';
const file = '/banner.js';

export const bannerScript: AccountPageTabs = {
  reachable: granted,

  async register(patterns) {
    const [registered] = await browser.scripting.getRegisteredContentScripts({ ids: [id] });
    if (registered && isSame(registered.matches ?? [], patterns)) return patterns;
    if (registered) await browser.scripting.unregisterContentScripts({ ids: [id] });
    if (patterns.length > 0) {
      // At the start, so that no listener of the page comes before the banner's.
      await browser.scripting.registerContentScripts([
        { id, js: [file], matches: [...patterns], runAt: 'document_start', allFrames: false },
      ]);
    }
    return registered?.matches ?? [];
  },

  async call(patterns, bring) {
    if (patterns.length === 0) return;
    const tabs = await browser.tabs.query({ url: [...patterns], discarded: false });
    await Promise.all(
      tabs.map(async ({ id: tabId }) => {
        if (tabId === undefined) return;
        try {
          await browser.tabs.sendMessage(tabId, bannerRefreshMessage, { frameId: 0 });
        } catch {
          // Nobody there to hear it. A tab that is on its way elsewhere refuses the script, or has it already.
          if (bring) await browser.scripting.executeScript({ target: { tabId }, files: [file] }).catch(() => {});
        }
      }),
    );
  },

  async badge(count) {
    await browser.action.setBadgeText({ text: count > 0 ? String(count) : '' });
    const product = t('extension.name');
    await browser.action.setTitle({ title: count > 0 ? t('banner.badge', { product }) : product });
    if (count > 0) await browser.action.setBadgeBackgroundColor({ color: '#0b6b5b' });
  },
};

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join() === other.toSorted().join();
}

/** Users may withhold or revoke any host permission at any time, in both browsers. */
async function granted(patterns: readonly string[]): Promise<string[]> {
  const each = await Promise.all(
    patterns.map(async (pattern) => ((await browser.permissions.contains({ origins: [pattern] })) ? [pattern] : [])),
  );
  return each.flat();
}
