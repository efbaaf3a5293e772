// What the deployment templates are made of: where the extension comes from in each browser, and its configuration.
import type { PolicyValues } from '../../lib/shared/policy/rules.ts';

export interface Deployment {
  chromium: ChromiumSource;
  firefox: {
    id: string;
    /** Of the package itself. Firefox fetches it again when this address changes, so it should carry the version. */
    installUrl: string;
    /** Firefox ESR, for a package without Mozilla's signature. */
    allowUnsigned: boolean;
  };
  settings: PolicyValues;
}

export interface ChromiumSource {
  id: string;
  /** Of the update manifest. */
  updateUrl: string;
}

/** Where the stores' packages come from; the id there is the store's. */
const storeUpdateUrls = {
  chrome: 'https://clients2.google.com/service/update2/crx',
  edge: 'https://edge.microsoft.com/extensionwebstorebase/v1/crx',
};

export const chromiumBrowsers = {
  chrome: {
    name: 'Google Chrome',
    registry: 'Software\\Policies\\Google\\Chrome',
    domain: 'com.google.Chrome',
    linux: '/etc/opt/chrome/policies/managed',
    pin: { toolbar_pin: 'force_pinned' },
  },
  edge: {
    name: 'Microsoft Edge',
    registry: 'Software\\Policies\\Microsoft\\Edge',
    domain: 'com.microsoft.Edge',
    linux: '/etc/opt/edge/policies/managed',
    pin: { toolbar_state: 'force_shown' },
  },
  chromium: {
    name: 'Chromium',
    registry: 'Software\\Policies\\Chromium',
    domain: 'org.chromium.Chromium',
    linux: '/etc/chromium/policies/managed',
    pin: { toolbar_pin: 'force_pinned' },
  },
} as const;

export type ChromiumBrowser = keyof typeof chromiumBrowsers;

/** The browser's own policy for the extension: installed, kept, in the toolbar. */
export function chromiumInstallation(
  browser: ChromiumBrowser,
  { updateUrl }: ChromiumSource,
): Record<string, string | boolean> {
  const fromStore = Object.values(storeUpdateUrls).includes(updateUrl);
  return {
    installation_mode: 'force_installed',
    update_url: updateUrl,
    // The manifest names no address to update from, since the stores do not want one: without this an extension that was
    // installed from elsewhere would never be updated.
    ...(fromStore ? {} : { override_update_url: true }),
    ...chromiumBrowsers[browser].pin,
  };
}

export function firefoxInstallation({ installUrl }: Deployment['firefox']): Record<string, string> {
  return { installation_mode: 'force_installed', install_url: installUrl, default_area: 'navbar' };
}
