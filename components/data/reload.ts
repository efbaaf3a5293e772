import { browser } from '../../lib/shared/browser.ts';
import { reopenKey } from '../../lib/shared/model/place.ts';

/** Reloads the extension for its newer version. Both browsers close this page meanwhile; the new version reopens it. */
export async function takeNewerVersion(): Promise<void> {
  // In `storage.local`, since `storage.session` ends with the version.
  await browser.storage.local.set({ [reopenKey]: location.pathname });
  browser.runtime.reload();
}
