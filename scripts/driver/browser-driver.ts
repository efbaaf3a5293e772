// The interface between scenarios and real browsers (chromium.ts, firefox.ts).
import type { BrowserName } from '../browsers.ts';
import type { TraceEvent } from './chromium-trace.ts';
import type { Surface } from './surface.ts';

export interface LaunchOptions {
  /**
   * Built folder for Chromium, packed file for Firefox (a folder does not survive a restart). Without it the browser installs
   * the extension by policy.
   */
  extension?: string | undefined;
  /** Folder of a second extension, which is installed until the browser ends. */
  otherExtension?: string;
  /** Extension id of a package that was signed with another key. */
  chromiumId?: string;
  /** Program to start instead of the installed browser, see managed-machine.ts. */
  program?: string;
  /** Port of the sandbox's proxy on loopback. */
  proxyPort: number;
  /** SHA-256 of the sandbox's public key (base64); no other unknown certificate is accepted. */
  certificateSpki: string;
  headless: boolean;
  /** Kept at the end; without it a new profile is created and removed. */
  profileFolder?: string;
  colorScheme?: 'light' | 'dark';
  /**
   * Match pattern of an optional host. In Chromium it is added to the manifest, because a driver cannot answer the
   * permission prompt.
   */
  optionalHost?: string;
  /** Keeps the page open that Firefox opens after the first installation. */
  keepsFirstPage?: boolean;
  /** Lets the extension reload and pins its button. Chromium only. */
  isDeveloperProfile?: boolean;
  /** Interface language, such as `de`; its system package must be installed. */
  locale?: string;
  /** Called before each act of the user, except in sign-in windows. */
  onAct?: () => void;
}

export interface BrowserDriver {
  readonly name: BrowserName;
  /** Opens an extension page in a new tab. */
  openExtensionPage(path: string, options?: { width?: number; height?: number }): Promise<Surface>;
  /** Opens the popup from the toolbar. */
  openPopup(): Promise<Surface>;
  /** Waits for a popup that the extension opens. */
  reopenedPopup(): Promise<Surface>;
  hasPopup(): Promise<boolean>;
  /** Closes the popup as losing focus does. */
  closePopup(): Promise<void>;
  openPage(url: string): Promise<Surface>;
  /** Changes host access in the browser's settings. */
  withholdHosts(): Promise<void>;
  allowHost(pattern: string): Promise<void>;
  refuseHost(pattern: string): Promise<void>;
  /** Waits for a page that the extension or another page opens. */
  waitForPage(address: RegExp): Promise<Surface>;
  /** Waits for the sign-in window, and closes the popup, which loses focus to it. */
  signInWindow(): Promise<Surface>;
  /** Stops the service worker or event page, as the browser does when it is idle. */
  stopBackground(): Promise<void>;
  isBackgroundRunning(): Promise<boolean>;
  /** Offers a newer packed version. Firefox only, because Chromium does not update a folder. */
  offerUpdate(extension: string): Promise<void>;
  /** Version of the extension, read without a page: Firefox defers an update while a page is open. Firefox only. */
  installedVersion?(): Promise<string | undefined>;
  /**
   * Restarts the browser with the same profile. Earlier surfaces are closed.
   * @param meanwhile runs on the profile folder in between
   */
  restart(meanwhile?: (profileFolder: string) => Promise<void>): Promise<void>;
  /** Reloads the extension and opens its tabs again, which the browser closes. Chromium only. */
  reopenTabsAfter?(reload: () => void): Promise<void>;
  /** Hosts that the extension requested, without those of web pages and of the browser. */
  requestedHosts(): Promise<string[]>;
  /** Console errors and uncaught errors of the extension. */
  extensionErrors(): Promise<string[]>;
  /** Records the activity of web page threads; Firefox returns milliseconds by category. */
  noted(action: () => Promise<unknown>): Promise<TraceEvent[] | Record<string, number>>;
  /** Settles when the user closes the browser. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}
