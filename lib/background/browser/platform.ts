import { browser } from '../../shared/browser.ts';
import type { Platform } from '../platform.ts';
import { readManaged } from './managed-policy.ts';
import { surfaces } from './open-pages.ts';
import { launchSignIn } from './sign-in-window.ts';

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
