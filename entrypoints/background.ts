// The background: listeners at the top, as a worker that is woken by an event needs them; each waits until what an earlier
// run left half done is taken up.
import * as v from 'valibot';
import { defineBackground } from 'wxt/utils/define-background';
import { createBackground } from '../lib/background.ts';
import { contentOf } from '../lib/banner/content.ts';
import { createConversation } from '../lib/banner/conversation.ts';
import { createReconciliation, readAccountPages } from '../lib/banner/reconcile.ts';
import { BannerMessageSchema } from '../lib/messaging/banner-messages.ts';
import { CommandMessageSchema } from '../lib/messaging/commands.ts';
import { onMessage } from '../lib/messaging/protocol.ts';
import { originOf, requireAccountPage, requireOwnPage } from '../lib/messaging/trust.ts';
import { accountPageTabs } from '../lib/platform/account-page-tabs.ts';
import { browser } from '../lib/platform/browser.ts';
import { onManagedChanged, readManaged } from '../lib/platform/managed-policy.ts';
import { returnAfterUpdate } from '../lib/platform/reload.ts';
import { launchSignIn } from '../lib/platform/sign-in-window.ts';
import { openConfirm, surfaces } from '../lib/platform/surfaces.ts';
import { wakeAlarm, wakeAt } from '../lib/platform/wake.ts';
import { announceChanges, openDatabase } from '../lib/store/database.ts';

export default defineBackground(() => {
  const database = openDatabase();
  announceChanges();
  const now = Date.now;
  const background = createBackground({
    database,
    fetch: globalThis.fetch.bind(globalThis),
    memory: browser.storage.session,
    launchSignIn,
    redirectUri: browser.identity.getRedirectURL(),
    surfaces,
    readManaged,
    now,
    random: Math.random,
    wakeAt: (time) => wakeAt(time, wake),
  });
  const pages = createReconciliation({
    database,
    tabs: accountPageTabs,
    now,
    wakeAt: (time) => wakeAt(time, wake),
  });
  const sync = () => void background.accountPageShown();
  const converse = createConversation({ database, contentOf, openConfirm, sync, now });
  const ready = background.recover();
  void ready.then(pages.follow);
  const own = { id: browser.runtime.id, origin: originOf(browser.runtime.getURL('/popup.html')) };

  onMessage('command', async ({ data, sender }) => {
    requireOwnPage(sender, own);
    const message = v.parse(CommandMessageSchema, data);
    await ready;
    await background.journal.accept(message);
    return 'accepted' as const;
  });
  onMessage('visible', async ({ sender }) => {
    requireOwnPage(sender, own);
    await ready;
    void background.visible();
  });
  onMessage('dismiss', async ({ data, sender }) => {
    requireOwnPage(sender, own);
    const { id } = v.parse(v.object({ id: v.string() }), data);
    await ready;
    await background.dismiss(id);
  });
  onMessage('banner', async ({ data, sender }) => {
    const pages = await readAccountPages(database);
    const page = requireAccountPage(sender, own, new Set(pages.map(originOf)));
    const message = v.parse(BannerMessageSchema, data);
    await ready;
    return converse(message, page);
  });
  browser.permissions.onAdded.addListener(() => void ready.then(pages.reconcile));
  browser.permissions.onRemoved.addListener(() => void ready.then(pages.reconcile));
  onManagedChanged(() => void ready.then(background.managedChanged));
  browser.runtime.onInstalled.addListener(({ reason }) => {
    if (reason === 'update') void returnAfterUpdate();
  });
  browser.runtime.onStartup.addListener(() => void ready.then(background.browserStarted));
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name === wakeAlarm) wake();
  });

  function wake(): void {
    void ready.then(() => Promise.all([background.wake(), pages.reconcile()]));
  }
});
