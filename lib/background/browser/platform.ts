import { browser } from '../../shared/browser.ts';
import { IdentityError } from '../../shared/model/errors.ts';
import { SignInCancelled } from '../auth/authorize.ts';
import type { Platform } from '../platform.ts';
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

/**
 * Waits for pages that continue by script, which Entra may answer `prompt=none` with. Chromium since version 113; Firefox
 * rejects the properties. Source: chrome.identity, `WebAuthFlowDetails`.
 */
const silentOptions = import.meta.env.FIREFOX
  ? {}
  : { abortOnLoadForNonInteractive: false, timeoutMsForNonInteractive: 8_000 };

const launchSignIn: Platform['launchSignIn'] = async (url, interactive) => {
  if (!interactive && !navigator.onLine) throw new IdentityError('offline');
  let redirect: string | undefined;
  try {
    redirect = await browser.identity.launchWebAuthFlow({ url, interactive, ...(interactive ? {} : silentOptions) });
  } catch (error) {
    if (!interactive) throw new IdentityError('signed-out');
    // Chromium: "Authorization page could not be loaded."
    if (error instanceof Error && /could not be loaded/i.test(error.message)) throw new IdentityError('offline');
    throw new SignInCancelled();
  }
  if (!redirect) throw new SignInCancelled();
  return redirect;
};

/** What the service worker needs of the browser, beside the database. */
export function browserPlatform(wakeAt: Platform['wakeAt']): Omit<Platform, 'database'> {
  return {
    ...{ launchSignIn, surfaces, readManaged, wakeAt },
    memory: browser.storage.session,
    now: Date.now,
    random: Math.random,
    fetch: globalThis.fetch.bind(globalThis),
    redirectUri: browser.identity.getRedirectURL(),
  };
}
