// A configuration profile of macOS: for Chrome and Edge the browser's policy and, under a domain of its own, the extension's; for
// Firefox both in one. Source: chromium.org/administrators/configuring-policy-for-extensions; mozilla.github.io/policy-templates.
import { createHash } from 'node:crypto';
import {
  type ChromiumBrowser,
  chromiumBrowsers,
  chromiumInstallation,
  type Deployment,
  firefoxInstallation,
} from './deployment.ts';
import { xmlText } from './xml.ts';

type PlistValue = string | number | boolean | readonly PlistValue[] | { [key: string]: PlistValue | undefined };

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

function profile(browserName: string, payloads: Record<string, { [key: string]: PlistValue | undefined }>): string {
  const name = browserName.toLowerCase().replaceAll(' ', '-');
  const common = (suffix: string) => ({
    PayloadIdentifier: `${identifier}.${suffix}`,
    PayloadUUID: uuid(`${identifier}.${suffix}`),
    PayloadVersion: 1,
  });
  return plist({
    PayloadDisplayName: `Phone Sign-in for ${browserName}`,
    PayloadType: 'Configuration',
    // Chrome takes force-installed extensions from the machine's policy only.
    PayloadScope: 'System',
    ...common(name),
    PayloadContent: Object.entries(payloads).map(([domain, values]) => ({
      PayloadType: domain,
      PayloadDisplayName: domain,
      ...common(`${name}.${domain}`),
      ...values,
    })),
  });
}

/** The same on every run, so that a new profile replaces the one before. */
function uuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex').toUpperCase();
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `A${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function plist(value: PlistValue): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${element(value, '')}</plist>
`;
}

function element(value: PlistValue, indent: string): string {
  if (typeof value === 'string') return `${indent}<string>${xmlText(value)}</string>\n`;
  if (typeof value === 'number') return `${indent}<integer>${value}</integer>\n`;
  if (typeof value === 'boolean') return `${indent}<${value}/>\n`;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `${indent}<array>\n${value.map((each) => element(each, inner)).join('')}${indent}</array>\n`;
  }
  const entries = Object.entries(value).flatMap(([key, each]) =>
    each === undefined ? [] : `${inner}<key>${xmlText(key)}</key>\n${element(each, inner)}`,
  );
  return `${indent}<dict>\n${entries.join('')}${indent}</dict>\n`;
}
