import type { Database } from './db/database.ts';
import type { SessionStorage } from './session-storage.ts';

export interface Platform {
  database: Database;
  fetch: typeof fetch;
  memory: SessionStorage;
  /**
   * @param signal closes the window, if the browser tells which one it is
   * @returns the redirect URI with the response parameters
   */
  launchSignIn(url: string, interactive: boolean, signal?: AbortSignal): Promise<string>;
  redirectUri: string;
  surfaces: Surfaces;
  /** `undefined` without managed settings; `{}` also while the browser has not loaded them yet. */
  readManaged(): Promise<unknown>;
  now: () => number;
  random: () => number;
  /** Calls `wake` at a time, also if the service worker is stopped until then. */
  wakeAt(time: number): void;
}

/** The browser windows and pages that the service worker opens, and the drafts of the extension's pages. */
export interface Surfaces {
  openPage(url: string): Promise<void>;
  /** Leads back to the page that sent the command: a popup closes when a sign-in window opens. */
  returnTo(surface: 'popup' | 'options'): Promise<void>;
  forgetDrafts(): Promise<void>;
}
