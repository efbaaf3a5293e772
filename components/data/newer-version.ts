// Detects a newer version of the extension while a page of this one is open. Both browsers defer an update as long as a page
// listens to `runtime.onUpdateAvailable`.
import { type ReadonlySignal, signal } from '@preact/signals';
import { browser } from '../../lib/shared/browser.ts';
import { reopenKey } from '../../lib/shared/model/place.ts';

/** `replaced`: the extension was reloaded while this page stayed open, so the page can no longer reach it. */
export type NewerVersion = 'none' | 'waits' | 'replaced';

const checkMs = 2_000;

export function newerVersion(): ReadonlySignal<NewerVersion> {
  const version = signal<NewerVersion>('none');
  browser.runtime.onUpdateAvailable.addListener(() => {
    version.value = 'waits';
  });
  const timer = setInterval(() => {
    if (isConnected()) return;
    version.value = 'replaced';
    clearInterval(timer);
  }, checkMs);
  return version;
}

/** After a reload, Chromium removes the id or the whole API from pages of the older version. */
function isConnected(): boolean {
  try {
    return Boolean(browser.runtime.id);
  } catch {
    return false;
  }
}

/** Reloads the extension to update it. Browsers close this page meanwhile; the new version reopens it. */
export async function reloadForUpdate(): Promise<void> {
  // `storage.session` ends with the version.
  await browser.storage.local.set({ [reopenKey]: location.pathname });
  browser.runtime.reload();
}
