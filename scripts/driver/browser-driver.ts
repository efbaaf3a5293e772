// What a scenario may do with a browser: one interface, two real browsers behind it (chromium.ts, firefox.ts).
import type { BrowserName } from '../browsers.ts';
import type { TraceEvent } from './chromium-trace.ts';
import type { Surface } from './surface.ts';

export interface LaunchOptions {
  /**
   * What is installed: for Chromium the built folder, for Firefox the packed file (a folder does not survive a restart).
   * Without it the browser installs the extension itself, by policy.
   */
  extension?: string | undefined;
  /** In Chromium, of a package that was signed with another key. */
  chromiumId?: string;
  /** Started instead of the browser that was found, see managed-machine.ts. */
  program?: string;
  /** The sandbox's proxy on loopback: every connection goes through it. */
  proxyPort: number;
  /** SHA-256 of the sandbox's public key (base64), the one unknown certificate that is accepted. */
  certificateSpki: string;
  headless: boolean;
  /** Left in place at the end when given; otherwise a fresh one that is removed. */
  profileFolder?: string;
  colorScheme?: 'light' | 'dark';
  /**
   * A host, as a match pattern, that can be allowed beside those the manifest names. In Chromium it is added to the manifest:
   * a driver cannot answer its prompt, and its settings only know hosts that were named.
   */
  optionalHost?: string;
  /** Leaves the page open to which a first installation leads, in Firefox; Chromium takes what is loaded for a developer's. */
  keepsFirstPage?: boolean;
  /** Lets the extension reload itself and pins its button, as a developer's profile does. Chromium only. */
  isDeveloperProfile?: boolean;
  /** Interface language, for instance `de`; the system's packages must have it. */
  locale?: string;
}

export interface BrowserDriver {
  readonly name: BrowserName;
  /** An extension page in a tab of its own. */
  openExtensionPage(path: string, options?: { width?: number; height?: number }): Promise<Surface>;
  /** The popup as the toolbar opens it. */
  openPopup(): Promise<Surface>;
  /** The popup that the extension opened itself. */
  reopenedPopup(): Promise<Surface>;
  hasPopup(): Promise<boolean>;
  /** As a real window does when the popup loses focus. Nothing happens when none is open. */
  closePopup(): Promise<void>;
  openPage(url: string): Promise<Surface>;
  /** As a person does in the browser's own settings: takes back the access to all hosts, gives it to one, takes that back. */
  withholdHosts(): Promise<void>;
  allowHost(pattern: string): Promise<void>;
  refuseHost(pattern: string): Promise<void>;
  /** A page that the extension or another page opened, once its address matches. */
  waitForPage(address: RegExp): Promise<Surface>;
  /** The window that a sign-in opened. The popup loses focus to it, and so is closed. */
  signInWindow(): Promise<Surface>;
  /** Stops the service worker or event page at once, as the browser does when it is idle. */
  stopBackground(): Promise<void>;
  isBackgroundRunning(): Promise<boolean>;
  /** A newer packed version has come, as from the store. Firefox only: Chromium does not update a folder. */
  offerUpdate(extension: string): Promise<void>;
  /**
   * Ends the browser and starts it again with the same profile. Surfaces from before are gone.
   * @param meanwhile what happens to the profile's folder in between
   */
  restart(meanwhile?: (profileFolder: string) => Promise<void>): Promise<void>;
  /** Reloads the extension and opens its tabs again, which the browser closes. Chromium only. */
  reopenTabsAfter?(reload: () => void): Promise<void>;
  /** Hosts that the extension itself asked, not what the browser or web pages asked on their own. */
  requestedHosts(): Promise<string[]>;
  /** Errors on the console, and uncaught ones, of the extension's pages and background. */
  extensionErrors(): Promise<string[]>;
  /** What the browser itself notes of its web pages' threads meanwhile; in Firefox, milliseconds by category. */
  noted(action: () => Promise<unknown>): Promise<TraceEvent[] | Record<string, number>>;
  /** Settles when the person has closed the browser. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}
