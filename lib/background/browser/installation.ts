// Opens the options page after a first installation by the user, and reopens the page that was open before an update.
import { browser } from '../../shared/browser.ts';
import { reopenKey } from '../../shared/model/place.ts';

export function onInstallation(isSetUp: () => Promise<boolean>): void {
  browser.runtime.onInstalled.addListener(async ({ reason }) => {
    if (reason === 'update') await reopenPage();
    if (reason !== 'install') return;
    const { installType } = await browser.management.getSelf();
    if (installType !== 'normal' || (await isSetUp())) return;
    await browser.tabs.create({ url: browser.runtime.getURL('/options.html') });
  });
}

async function reopenPage(): Promise<void> {
  const { [reopenKey]: path } = await browser.storage.local.get(reopenKey);
  if (path !== '/options.html' && path !== '/popup.html') return;
  await browser.storage.local.remove(reopenKey);
  await browser.tabs.create({ url: browser.runtime.getURL(path) });
}
