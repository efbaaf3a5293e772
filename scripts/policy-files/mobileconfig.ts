// Configuration profiles for macOS. Chrome and Edge have one domain for the browser and one for the extension, Firefox has one for
// both. Source: chromium.org/administrators/configuring-policy-for-extensions; mozilla.github.io/policy-templates.
import { createHash } from 'node:crypto';
import { build, type PlistValue } from 'plist';
import {
  type ChromiumBrowser,
  chromiumBrowsers,
  chromiumInstallation,
  type Deployment,
  firefoxInstallation,
} from './deployment.ts';

const identifier = 'example.phone-sign-in';

export function chromiumProfile(browser: ChromiumBrowser, { chromium, settings }: Deployment): string {
  const { name, domain } = chromiumBrowsers[browser];
  return profile(name, {
    [domain]: { ExtensionSettings: { [chromium.id]: chromiumInstallation(browser, chromium) } },
    [`${domain}.extensions.${chromium.id}`]: { ...settings },
  });
}

export function firefoxProfile({ firefox, settings }: Deployment): string {
  return profile('Firefox', {
    'org.mozilla.firefox': {
      EnterprisePoliciesEnabled: true,
      ExtensionSettings: { [firefox.id]: firefoxInstallation(firefox) },
      ...(firefox.allowUnsigned
        ? { Preferences: { 'xpinstall.signatures.required': { Value: false, Status: 'locked' } } }
        : {}),
      '3rdparty': { Extensions: { [firefox.id]: { ...settings } } },
    },
  });
}

function profile(browserName: string, payloads: Record<string, object>): string {
  const name = browserName.toLowerCase().replaceAll(' ', '-');
  const common = (suffix: string) => ({
    PayloadIdentifier: `${identifier}.${suffix}`,
    PayloadUUID: uuid(`${identifier}.${suffix}`),
    PayloadVersion: 1,
  });
  const content = {
    PayloadDisplayName: `Phone Sign-in for ${browserName}`,
    PayloadType: 'Configuration',
    // Chrome force-installs extensions only from a policy of the machine.
    PayloadScope: 'System',
    ...common(name),
    PayloadContent: Object.entries(payloads).map(([domain, values]) => ({
      PayloadType: domain,
      PayloadDisplayName: domain,
      ...common(`${name}.${domain}`),
      ...values,
    })),
  };
  return `${build(content as PlistValue)}\n`;
}

/** Stable across runs, so that a new profile replaces the previous one. */
function uuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex').toUpperCase();
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `A${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
