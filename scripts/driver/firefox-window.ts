// Each function runs alone in the browser window of Firefox (BiDi's `moz:scope: "chrome"`), without imports. Internal names
// are those of ESR 153.
import type { Emulation } from './surface.ts';

// biome-ignore-start lint/suspicious/noExplicitAny: Firefox's own objects have no types
declare const ChromeUtils: { importESModule(url: string): any };
declare const WebExtensionPolicy: { getByID(id: string): any };
declare const Services: any;
declare const Ci: any;
declare const Cu: any;

/** Results of the observers of `watch`. */
interface Seen {
  hosts: string[];
  errors: string[];
}
interface WindowWithSeen {
  phoneSignInSeen: Seen;
}

export const firefoxWindow = {
  /**
   * Records the hosts that the extension requests and its uncaught errors. `console.error` stays in the extension process.
   */
  watch({ id, origin }: { id: string; origin: string }): void {
    const seen: Seen = { hosts: [], errors: [] };
    (window as unknown as WindowWithSeen).phoneSignInSeen = seen;
    const requests = {
      observe(subject: any) {
        const channel = subject.QueryInterface(Ci.nsIHttpChannel);
        const info = channel.loadInfo;
        // Requests of a page that the extension opened in a tab or window are not requests of the extension.
        if (info?.externalContentPolicyType === Ci.nsIContentPolicy.TYPE_DOCUMENT) return;
        const principals = [info?.triggeringPrincipal, info?.loadingPrincipal];
        if (principals.some((principal) => principal?.addonPolicy?.id === id)) seen.hosts.push(channel.URI.host);
      },
    };
    const messages = {
      observe(message: any) {
        if (!(message instanceof Ci.nsIScriptError) || message.flags & Ci.nsIScriptError.warningFlag) return;
        if (!message.sourceName.startsWith(origin)) return;
        // Firefox reports this error when a popup closes during a call.
        if (/^Promise (resolved|rejected) after context unloaded/.test(message.errorMessage)) return;
        seen.errors.push(`${message.sourceName}:${message.lineNumber}: ${message.errorMessage}`);
      },
    };
    Services.obs.addObserver(requests, 'http-on-modify-request');
    Services.console.registerListener(messages);
    window.addEventListener('unload', () => {
      Services.obs.removeObserver(requests, 'http-on-modify-request');
      Services.console.unregisterListener(messages);
    });
  },

  seen(_nothing: object): Seen {
    return (window as unknown as WindowWithSeen).phoneSignInSeen;
  },

  /** Registers toolbar popups with BiDi, which only knows tabs. */
  admitPopups(_nothing: object): void {
    const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs');
    const ofTabs = NavigableManager.getBrowserById;
    NavigableManager.getBrowserById = function (context: string) {
      const popups = [...document.querySelectorAll('browser.webextension-popup-browser')];
      return ofTabs.call(this, context) ?? popups.find((popup) => this.getIdForBrowser(popup) === context) ?? null;
    };
  },

  /** Clicks the toolbar button. */
  openPopup({ id }: { id: string }): void {
    const { ExtensionParent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs');
    const action = ExtensionParent.apiManager.global.browserActionFor(WebExtensionPolicy.getByID(id).extension);
    action.triggerAction(window);
  },

  /** Raises the window with the toolbar. @returns whether it is active yet: a panel closes when its window becomes active later */
  raise(_nothing: object): boolean {
    if (Services.focus.activeWindow === window) return true;
    window.focus();
    return false;
  },

  /** @returns the context of the popup once it is shown */
  popup({ origin }: { origin: string }): string | undefined {
    const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs');
    // The popup loads in a hidden panel and moves to a new element when it is shown.
    const browser: any = document.querySelector(
      'browser.webextension-popup-browser:not(.webextension-preload-browser)',
    );
    if (browser?.closest('panel')?.state !== 'open' || !browser.currentURI?.spec.startsWith(origin)) return undefined;
    browser.permanentKey ??= new (Cu.getGlobalForObject(Services).Object)();
    return NavigableManager.getIdForBrowser(browser);
  },

  isPopup({ context }: { context: string }): boolean {
    const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs');
    const browsers = [...document.querySelectorAll('browser.webextension-popup-browser')];
    return browsers.some((browser) => NavigableManager.getIdForBrowser(browser) === context);
  },

  closePopup(_nothing: object): void {
    for (const browser of document.querySelectorAll('browser.webextension-popup-browser')) {
      (browser.closest('panel') as any)?.hidePopup();
    }
  },

  /** Changes permissions as the browser's settings do. */
  async withholdHosts({ id }: { id: string }): Promise<void> {
    const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
    const { extension } = WebExtensionPolicy.getByID(id);
    const { origins } = await ExtensionPermissions.get(id);
    // The returned list is live, so it is copied before the loop removes from it.
    const hosts = { permissions: [], origins: [...origins], data_collection: [] };
    await ExtensionPermissions.remove(id, hosts, extension);
  },

  async changeHost({ id, host, change }: { id: string; host: string; change: 'add' | 'remove' }): Promise<void> {
    const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
    const { extension } = WebExtensionPolicy.getByID(id);
    await ExtensionPermissions[change](id, { permissions: [], origins: [host], data_collection: [] }, extension);
  },

  backgroundState({ id }: { id: string }): string | undefined {
    return WebExtensionPolicy.getByID(id)?.extension?.backgroundState;
  },

  installedVersion({ id }: { id: string }): string | undefined {
    return WebExtensionPolicy.getByID(id)?.extension?.version;
  },

  /** @returns false while the event page starts, because it cannot be stopped then */
  async stopBackground({ id }: { id: string }): Promise<boolean> {
    const { extension } = WebExtensionPolicy.getByID(id);
    if (extension.backgroundState === 'running') await extension.terminateBackground({ ignoreDevToolsAttached: true });
    return extension.backgroundState === 'stopped';
  },

  /** Installs a newer version at once, or as soon as the extension allows it. */
  async offerUpdate({ path }: { path: string }): Promise<void> {
    const { AddonManager } = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs');
    const { FileUtils } = ChromeUtils.importESModule('resource://gre/modules/FileUtils.sys.mjs');
    const install = await AddonManager.getInstallForFile(new FileUtils.File(path));
    await new Promise<void>((resolve, reject) => {
      install.addListener({
        onInstallPostponed: () => resolve(),
        onInstallEnded: () => resolve(),
        onInstallFailed: () => reject(new Error(`The update failed: ${install.error}`)),
      });
      install.install().catch(() => {});
    });
  },

  emulate({ context, emulation }: { context: string; emulation: Emulation }): void {
    const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs');
    const browsingContext = NavigableManager.getBrowsingContextById(context);
    const { colorScheme, forcedColors, reducedMotion } = emulation;
    if (colorScheme) browsingContext.prefersColorSchemeOverride = colorScheme;
    if (forcedColors !== undefined) browsingContext.forcedColorsOverride = forcedColors ? 'active' : 'none';
    if (reducedMotion !== undefined) Services.prefs.setIntPref('ui.prefersReducedMotion', reducedMotion ? 1 : 0);
  },
};
// biome-ignore-end lint/suspicious/noExplicitAny: Firefox's own objects have no types
