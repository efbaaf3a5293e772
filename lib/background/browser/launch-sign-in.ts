// Sign-in windows and silent sign-ins of the browser.
import type { browser } from '../../shared/browser.ts';
import { IdentityError } from '../../shared/model/errors.ts';
import { SignInCancelled } from '../auth/authorize.ts';
import { errorOfWindow } from '../auth/sign-in-errors.ts';
import type { Platform } from '../platform.ts';

/** The longest silent sign-in, and the longest wait for the end of an abandoned one. */
const limitMs = 8_000;

/**
 * Waits for pages that continue by script, which Entra may answer `prompt=none` with. Chromium since version 113; Firefox
 * rejects the properties. Source: chrome.identity, `WebAuthFlowDetails`.
 */
const chromiumOptions = { abortOnLoadForNonInteractive: false, timeoutMsForNonInteractive: limitMs };

/** @param isFirefox runs several sign-ins at the same time */
export function createLaunchSignIn(
  { identity, tabs, windows }: Pick<typeof browser, 'identity' | 'tabs' | 'windows'>,
  isFirefox: boolean = import.meta.env.FIREFOX,
): Platform['launchSignIn'] {
  /** Newer versions of Chromium refuse a second sign-in (`kWebAuthFlowInProgress` in identity_constants.h). */
  let earlier: Promise<unknown> = Promise.resolve();
  /** An abandoned window that may be of another origin. */
  let leftOpen: number | undefined;
  function waitFor(end: Promise<unknown>): void {
    const ended = Promise.allSettled([earlier, end]);
    if (!isFirefox) earlier = ended;
  }

  function silently(url: string): Promise<string | undefined> {
    const options = isFirefox ? {} : chromiumOptions;
    const flow = earlier.then(() => identity.launchWebAuthFlow({ url, interactive: false, ...options }));
    waitFor(flow);
    return flow.catch((error) => {
      const { details } = errorOfWindow(error);
      throw new IdentityError(details.kind === 'sign-in-window-open' ? details.kind : 'signed-out');
    });
  }

  async function inWindow(url: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    await earlier;
    if (signal?.aborted) throw new SignInCancelled();
    /** The popup windows since then: one of them is the sign-in window, once its page has loaded. */
    const opened = new Set<number | undefined>();
    const remember = ({ id, type }: { id?: number | undefined; type?: string | undefined }) => {
      if (type === 'popup') opened.add(id);
    };
    windows.onCreated.addListener(remember);
    const flow = identity.launchWebAuthFlow({ url, interactive: true });
    const unknown = Promise.withResolvers<void>();
    /** The API cannot cancel a flow, but it ends with its window. A window that may be of another origin stays open. */
    const close = async () => {
      const found = (await tabs.query({ windowType: 'popup' })).filter(({ windowId }) => opened.has(windowId));
      const [tab, ...others] = found;
      if (!tab) return;
      // The address is readable only if the user has granted the permission for the host.
      const isCertain = others.length === 0 && tab.url?.startsWith(`${new URL(url).origin}/`);
      if (isCertain && tab.windowId !== undefined) await windows.remove(tab.windowId).catch(() => {});
      else {
        leftOpen = tab.windowId;
        unknown.resolve();
      }
    };
    signal?.addEventListener('abort', () => {
      for (const event of [tabs.onCreated, tabs.onUpdated]) event.addListener(close);
      const limit = new Promise((end) => setTimeout(end, limitMs));
      waitFor(Promise.race([flow, unknown.promise, limit]));
      void close();
    });
    try {
      return await flow;
    } catch (thrown) {
      const error = errorOfWindow(thrown);
      // The user is told to close it.
      if (error.kind === 'sign-in-window-open' && leftOpen !== undefined) {
        await windows.update(leftOpen, { focused: true }).catch(() => {});
      }
      throw error;
    } finally {
      windows.onCreated.removeListener(remember);
      for (const event of [tabs.onCreated, tabs.onUpdated]) event.removeListener(close);
    }
  }

  return async (url, interactive, signal) => {
    if (!interactive && !navigator.onLine) throw new IdentityError('offline');
    const redirect = await (interactive ? inWindow(url, signal) : silently(url));
    if (!redirect) throw new SignInCancelled();
    return redirect;
  };
}
