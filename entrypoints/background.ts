// The background: listeners at the top, as a worker that is woken by an event needs them; each waits until what an earlier
// run left half done is taken up.
import * as v from 'valibot';
import { defineBackground } from 'wxt/utils/define-background';
import { createBackground } from '../lib/background.ts';
import { CommandMessageSchema } from '../lib/messaging/commands.ts';
import { onMessage } from '../lib/messaging/protocol.ts';
import { originOf, requireOwnPage } from '../lib/messaging/trust.ts';
import { browser } from '../lib/platform/browser.ts';
import { launchSignIn } from '../lib/platform/sign-in-window.ts';
import { surfaces } from '../lib/platform/surfaces.ts';
import { wakeAlarm, wakeAt } from '../lib/platform/wake.ts';
import { openDatabase } from '../lib/store/database.ts';

export default defineBackground(() => {
  const background = createBackground({
    database: openDatabase(),
    fetch: globalThis.fetch.bind(globalThis),
    memory: browser.storage.session,
    launchSignIn,
    redirectUri: browser.identity.getRedirectURL(),
    surfaces,
    now: Date.now,
    random: Math.random,
    wakeAt: (time) => wakeAt(time, () => void background.wake()),
  });
  const ready = background.recover();
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
  browser.runtime.onStartup.addListener(() => void ready.then(background.browserStarted));
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name === wakeAlarm) void ready.then(background.wake);
  });
});
