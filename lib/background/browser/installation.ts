// What follows an installation. After a newer version: the page that was open. After the first: the page where it is set up,
// where the person has installed it themselves; not where IT installs it or has set it up, and not on a developer's machine.

import { browser } from '../../shared/browser.ts';
import { reopenKey } from '../../shared/model/place.ts';

export function followInstallation(isSetUp: () => Promise<boolean>): void {
  browser.runtime.onInstalled.addListener(async ({ reason }) => {
    if (reason === 'update') await returnAfterUpdate();
    if (reason !== 'install') return;
    const { installType } = await browser.management.getSelf();
    if (installType !== 'normal' || (await isSetUp())) return;
    await browser.tabs.create({ url: browser.runtime.getURL('/options.html') });
  });
}

/** Reopens the page from which this version was taken. */
async function returnAfterUpdate(): Promise<void> {
  const { [reopenKey]: path } = await browser.storage.local.get(reopenKey);
  if (path !== '/options.html' && path !== '/popup.html') return;
  await browser.storage.local.remove(reopenKey);
  await browser.tabs.create({ url: browser.runtime.getURL(path) });
}
