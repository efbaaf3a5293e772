// Reloading the extension for a newer version, and leading back to the page that both browsers close meanwhile.
import { browser } from '../../lib/shared/browser.ts';

/** On disk: what is in memory ends with the version. */
const returnKey = 'return-to';

/** Puts the newer version in place, and leads back to the page that was open. */
export async function takeNewerVersion(): Promise<void> {
  await browser.storage.local.set({ [returnKey]: location.pathname });
  browser.runtime.reload();
}

/** The background of the newer version. */
export async function returnAfterUpdate(): Promise<void> {
  const { [returnKey]: path } = await browser.storage.local.get(returnKey);
  if (path !== '/options.html' && path !== '/popup.html') return;
  await browser.storage.local.remove(returnKey);
  await browser.tabs.create({ url: browser.runtime.getURL(path) });
}
