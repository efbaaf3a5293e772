import { browser } from '../../shared/browser.ts';
import { IdentityError } from '../../shared/model/errors.ts';
import { SignInCancelled } from '../auth/authorize.ts';
import { errorOfWindow } from '../auth/sign-in-errors.ts';
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

/** Identifies the window that the browser opens for a sign-in: the first popup window after the call. */
function nextPopupWindow() {
  let id: number | undefined;
  const stop = () => browser.windows.onCreated.removeListener(remember);
  const remember = (window: { id?: number | undefined; type?: string | undefined }) => {
    if (window.type !== 'popup') return;
    id = window.id;
    stop();
  };
  browser.windows.onCreated.addListener(remember);
  return { id: () => id, stop };
}

/** Newer versions of Chromium refuse a second sign-in window (`kWebAuthFlowInProgress` in identity_constants.h). */
let closing: Promise<unknown> = Promise.resolve();

const launchSignIn: Platform['launchSignIn'] = async (url, interactive, signal) => {
  if (!interactive && !navigator.onLine) throw new IdentityError('offline');
  let redirect: string | undefined;
  await closing;
  const opened = interactive ? nextPopupWindow() : undefined;
  try {
    const flow = browser.identity.launchWebAuthFlow({ url, interactive, ...(interactive ? {} : silentOptions) });
    signal?.addEventListener('abort', () => {
      const id = opened?.id();
      // The API cannot cancel a flow, but it ends with its window.
      if (id === undefined) return;
      const closed = browser.windows.remove(id).then(() => flow);
      closing = closed.catch(() => {});
    });
    redirect = await flow;
  } catch (error) {
    if (!interactive) throw new IdentityError('signed-out');
    throw errorOfWindow(error);
  } finally {
    opened?.stop();
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
