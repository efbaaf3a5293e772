// Input of the deployment templates: the source of the extension for each browser, and its settings.
import type { PolicyValues } from '../../lib/shared/policy/setting-definitions.ts';

export interface Deployment {
  chromium: ChromiumSource;
  firefox: {
    id: string;
    /** Address of the package. Should contain the version, because Firefox downloads again only if the address changes. */
    installUrl: string;
    /** For a package without Mozilla's signature, which only Firefox ESR installs. */
    allowUnsigned: boolean;
  };
  settings: PolicyValues;
}

export interface ChromiumSource {
  id: string;
  /** Address of the update manifest. */
  updateUrl: string;
}

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

/** The browser policy that force-installs the extension and pins it to the toolbar. */
export function chromiumInstallation(
  browser: ChromiumBrowser,
  { updateUrl }: ChromiumSource,
): Record<string, string | boolean> {
  const fromStore = Object.values(storeUpdateUrls).includes(updateUrl);
  return {
    installation_mode: 'force_installed',
    update_url: updateUrl,
    // Stores reject a manifest with update_url, so without this key a package from elsewhere would never be updated.
    ...(fromStore ? {} : { override_update_url: true }),
    ...chromiumBrowsers[browser].pin,
  };
}

export function firefoxInstallation({ installUrl }: Deployment['firefox']): Record<string, string> {
  return { installation_mode: 'force_installed', install_url: installUrl, default_area: 'navbar' };
}
