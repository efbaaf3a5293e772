// The background: all that wakes it is listened to at the top, as a worker that is woken by an event needs it, and each waits
// until what an earlier run left half done is taken up.
import { defineBackground } from 'wxt/utils/define-background';
import { createBannerAnswer } from '../lib/background/account-pages/answer-banner.ts';
import { bannerContent } from '../lib/background/account-pages/banner-content.ts';
import { bannerScript } from '../lib/background/account-pages/banner-script.ts';
import { createBannerRegistration, readAccountPages } from '../lib/background/account-pages/register-banner.ts';
import { createWakeUp } from '../lib/background/browser/alarm.ts';
import { followInstallation } from '../lib/background/browser/installation.ts';
import { onManagedChanged, readManaged } from '../lib/background/browser/managed-policy.ts';
import { openConfirm, surfaces } from '../lib/background/browser/open-pages.ts';
import { launchSignIn } from '../lib/background/browser/sign-in-window.ts';
import { announceChanges } from '../lib/background/db/database.ts';
import { onStorage } from '../lib/background/db/storage.ts';
import { listen } from '../lib/background/inbox.ts';
import { originOf } from '../lib/background/message-senders.ts';
import { createBackground } from '../lib/background/start.ts';
import { browser } from '../lib/shared/browser.ts';

export default defineBackground(() => {
  announceChanges();
  const now = Date.now;
  const { session: memory, local: disk } = browser.storage;
  const wakeAt = createWakeUp(() => void ready.then(({ wake }) => wake()));
  const ready = onStorage({ memory, disk, now }, async (database, mend) => {
    const background = createBackground({
      ...{ database, launchSignIn, surfaces, readManaged, now, wakeAt, memory },
      fetch: globalThis.fetch.bind(globalThis),
      redirectUri: browser.identity.getRedirectURL(),
      random: Math.random,
    });
    const pages = createBannerRegistration({ database, tabs: bannerScript, now, wakeAt });
    const sync = () => void background.accountPageShown();
    await background.recover();
    pages.follow();
    return {
      ...{ background, pages, mend },
      accountPages: () => readAccountPages(database),
      converse: createBannerAnswer({ database, bannerContent, openConfirm, sync, now }),
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
