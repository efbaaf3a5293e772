// A newer version of the extension, while a page of this one is open. Both browsers let it wait for as long as such a page is
// open and listens: Chromium until the extension is idle, Firefox until it reloads (runtime.onUpdateAvailable). When it reloads,
// both close its pages (reload.ts leads back).
import { type ReadonlySignal, signal } from '@preact/signals';
import { browser } from '../../lib/shared/browser.ts';

/** `replaced`: the extension has reloaded under this page, which can no longer reach it. */
export type NewerVersion = 'none' | 'waits' | 'replaced';

const lookMs = 2_000;

export function followVersion(): ReadonlySignal<NewerVersion> {
  const version = signal<NewerVersion>('none');
  browser.runtime.onUpdateAvailable.addListener(() => {
    version.value = 'waits';
  });
  const timer = setInterval(() => {
    if (isConnected()) return;
    version.value = 'replaced';
    clearInterval(timer);
  }, lookMs);
  return version;
}

/** Chromium takes the id away from what is left of an older version, or all of its API. */
function isConnected(): boolean {
  try {
    return Boolean(browser.runtime.id);
  } catch {
    return false;
  }
}
