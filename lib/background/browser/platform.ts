import { browser } from '../../shared/browser.ts';
import type { Platform } from '../platform.ts';
import { createLaunchSignIn } from './launch-sign-in.ts';
import { surfaces } from './open-pages.ts';

/** @returns undefined if there are none, because Firefox rejects; Chromium returns `{}`, also before it has loaded them */
export async function readManaged(): Promise<unknown> {
  try {
    return await browser.storage.managed.get();
  } catch {
    // Firefox has no managed policy for this extension.
    return undefined;
  }
}

/** Chromium reports changes while it runs; Firefox reads them only when it starts. */
export function onManagedChanged(listener: () => void): void {
  browser.storage.onChanged.addListener((_changes, area) => {
    if (area === 'managed') listener();
  });
}

/** What the service worker needs of the browser, beside the database. */
export function browserPlatform(wakeAt: Platform['wakeAt']): Omit<Platform, 'database'> {
  return {
    ...{ surfaces, readManaged, wakeAt },
    launchSignIn: createLaunchSignIn(browser),
    memory: browser.storage.session,
    now: Date.now,
    random: Math.random,
    fetch: globalThis.fetch.bind(globalThis),
    redirectUri: browser.identity.getRedirectURL(),
  };
}
