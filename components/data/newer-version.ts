// Detects a newer version of the extension while a page of this one is open. Both browsers defer an update as long as a page
// listens to `runtime.onUpdateAvailable`; a reload closes the extension's pages, and reload.ts reopens one.
import { type ReadonlySignal, signal } from '@preact/signals';
import { browser } from '../../lib/shared/browser.ts';

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
