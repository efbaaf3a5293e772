import { browser } from '../../lib/shared/browser.ts';
import { reopenKey } from '../../lib/shared/model/place.ts';

/** Reloads the extension to update it. Browsers close this page meanwhile; the new version reopens it. */
export async function reloadForUpdate(): Promise<void> {
  // `storage.session` ends with the version.
  await browser.storage.local.set({ [reopenKey]: location.pathname });
  browser.runtime.reload();
}
