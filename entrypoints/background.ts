// Adds every listener synchronously: a service worker that an event wakes misses the event otherwise.
import { defineBackground } from 'wxt/utils/define-background';
import { createBannerAnswer } from '../lib/background/account-pages/answer-banner.ts';
import { bannerContent } from '../lib/background/account-pages/banner-content.ts';
import { bannerScript } from '../lib/background/account-pages/banner-script.ts';
import { createBannerRegistration, readAccountPages } from '../lib/background/account-pages/register-banner.ts';
import { createWakeUp } from '../lib/background/browser/alarm.ts';
import { onInstallation } from '../lib/background/browser/installation.ts';
import { openConfirm } from '../lib/background/browser/open-pages.ts';
import { browserPlatform, onManagedChanged, readManaged } from '../lib/background/browser/platform.ts';
import { announceChanges } from '../lib/background/db/database.ts';
import { startOnDatabase } from '../lib/background/db/storage.ts';
import { listen } from '../lib/background/inbox.ts';
import { startLog } from '../lib/background/log.ts';
import { accountPageOfPolicy } from '../lib/background/policy/account-page.ts';
import { startable } from '../lib/background/ready.ts';
import { createBackground } from '../lib/background/start.ts';
import { browser } from '../lib/shared/browser.ts';

export default defineBackground(() => {
  const { session, local } = browser.storage;
  startLog(session);
  announceChanges();
  const now = Date.now;
  const wakeAt = createWakeUp(() => whenReady(({ wake }) => wake()));
  const platform = browserPlatform(wakeAt);
  const { ready, whenReady } = startable(() =>
    startOnDatabase({ session, local, now }, async (database, repair) => {
      const background = createBackground({ ...platform, database });
      const banner = createBannerRegistration({ database, script: bannerScript, now, wakeAt });
      const sync = () => void background.accountPageShown();
      await background.recover();
      banner.follow();
      return {
        ...{ background, banner, repair },
        accountPages: () => readAccountPages(database),
        answerBanner: createBannerAnswer({ database, bannerContent, openConfirm, sync, now }),
        wake: () => Promise.all([background.wake(), banner.update()]),
      };
    }),
  );
  whenReady(() => {});
  listen(browser.runtime, ready, () => accountPageOfPolicy(readManaged));
  browser.permissions.onAdded.addListener(() => whenReady(({ banner }) => banner.update()));
  browser.permissions.onRemoved.addListener(() => whenReady(({ banner }) => banner.update()));
  onManagedChanged(() => whenReady(({ background }) => background.managedChanged()));
  onInstallation(() => ready().then(({ background }) => background.isSetUp()));
  browser.runtime.onStartup.addListener(() => whenReady(({ background }) => background.browserStarted()));
});
