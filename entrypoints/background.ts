// The background: all that wakes it is listened to at the top, as a worker that is woken by an event needs it, and each waits
// until what an earlier run left half done is taken up.
import { defineBackground } from 'wxt/utils/define-background';
import { createBackground } from '../lib/background.ts';
import { contentOf } from '../lib/banner/content.ts';
import { createConversation } from '../lib/banner/conversation.ts';
import { createReconciliation, readAccountPages } from '../lib/banner/reconcile.ts';
import { listen } from '../lib/messaging/listen.ts';
import { originOf } from '../lib/messaging/trust.ts';
import { accountPageTabs } from '../lib/platform/account-page-tabs.ts';
import { browser } from '../lib/platform/browser.ts';
import { followInstallation } from '../lib/platform/installation.ts';
import { onManagedChanged, readManaged } from '../lib/platform/managed-policy.ts';
import { launchSignIn } from '../lib/platform/sign-in-window.ts';
import { openConfirm, surfaces } from '../lib/platform/surfaces.ts';
import { callByClock } from '../lib/platform/wake.ts';
import { announceChanges } from '../lib/store/database.ts';
import { onStorage } from '../lib/store/storage.ts';

export default defineBackground(() => {
  announceChanges();
  const now = Date.now;
  const { session: memory, local: disk } = browser.storage;
  const wakeAt = callByClock(() => void ready.then(({ wake }) => wake()));
  const ready = onStorage({ memory, disk, now }, async (database, mend) => {
    const background = createBackground({
      ...{ database, launchSignIn, surfaces, readManaged, now, wakeAt, memory },
      fetch: globalThis.fetch.bind(globalThis),
      redirectUri: browser.identity.getRedirectURL(),
      random: Math.random,
    });
    const pages = createReconciliation({ database, tabs: accountPageTabs, now, wakeAt });
    const sync = () => void background.accountPageShown();
    await background.recover();
    pages.follow();
    return {
      ...{ background, pages, mend },
      accountPages: () => readAccountPages(database),
      converse: createConversation({ database, contentOf, openConfirm, sync, now }),
      wake: () => Promise.all([background.wake(), pages.reconcile()]),
    };
  });

  listen({ id: browser.runtime.id, origin: originOf(browser.runtime.getURL('/popup.html')) }, ready);
  browser.permissions.onAdded.addListener(() => void ready.then(({ pages }) => pages.reconcile()));
  browser.permissions.onRemoved.addListener(() => void ready.then(({ pages }) => pages.reconcile()));
  onManagedChanged(() => void ready.then(({ background }) => background.managedChanged()));
  followInstallation(() => ready.then(({ background }) => background.isSetUp()));
  browser.runtime.onStartup.addListener(() => void ready.then(({ background }) => background.browserStarted()));
});
