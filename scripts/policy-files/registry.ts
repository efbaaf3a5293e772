// Registration files (.reg) for single Windows machines; a domain uses the ADMX. ASCII only, because the Registry Editor reads
// other characters in the code page of the machine.
import {
  type ChromiumBrowser,
  chromiumBrowsers,
  chromiumInstallation,
  type Deployment,
  firefoxInstallation,
} from './deployment.ts';

type RegistryValue = string | number | boolean | readonly string[];

export const firefoxRegistry = 'Software\\Policies\\Mozilla\\Firefox';

export function chromiumRegistry(browser: ChromiumBrowser, { chromium, settings }: Deployment): string {
  const { registry } = chromiumBrowsers[browser];
  return file([
    key(`${registry}\\ExtensionSettings\\${chromium.id}`, chromiumInstallation(browser, chromium)),
    ...extensionKeys(`${registry}\\3rdparty\\extensions\\${chromium.id}\\policy`, settings),
  ]);
}

/** The settings are one JSON text, because Firefox would pass true and false on as 1 and 0. */
export function firefoxRegistryFile({ firefox, settings }: Deployment): string {
  return file([
    key(`${firefoxRegistry}\\ExtensionSettings\\${firefox.id}`, firefoxInstallation(firefox)),
    ...(firefox.allowUnsigned
      ? [
          key(firefoxRegistry, {
            Preferences: JSON.stringify({ 'xpinstall.signatures.required': { Value: false, Status: 'locked' } }),
          }),
        ]
      : []),
    key(`${firefoxRegistry}\\3rdparty\\Extensions`, { [firefox.id]: JSON.stringify(settings) }),
  ]);
}

/** A list is a key with values named 1, 2, …; the key is removed first, so that no value of a longer list remains. */
function extensionKeys(path: string, settings: Deployment['settings']): string[] {
  const values = Object.entries(settings) as [string, RegistryValue][];
  const lists = values.filter((entry): entry is [string, readonly string[]] => Array.isArray(entry[1]));
  return [
    key(path, Object.fromEntries(values.filter(([, value]) => !Array.isArray(value)))),
    ...lists.flatMap(([name, list]) => [
      `[-HKEY_LOCAL_MACHINE\\${path}\\${name}]\n`,
      key(`${path}\\${name}`, Object.fromEntries(list.map((each, index) => [String(index + 1), each]))),
    ]),
  ];
}

function key(path: string, values: Record<string, RegistryValue>): string {
  const lines = Object.entries(values).map(([name, value]) => `${quoted(name)}=${written(value)}`);
  return [`[HKEY_LOCAL_MACHINE\\${path}]`, ...lines, ''].join('\n');
}

function written(value: RegistryValue): string {
  if (typeof value === 'boolean') return written(Number(value));
  if (typeof value === 'number') return `dword:${value.toString(16).padStart(8, '0')}`;
  const text = String(value);
  if (/^[\x20-\x7e]*$/.test(text)) return quoted(text);
  const bytes = [...Buffer.from(`${text}\0`, 'utf16le')];
  return `hex(1):${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(',')}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function file(keys: string[]): string {
  return ['Windows Registry Editor Version 5.00', '', ...keys].join('\n').replaceAll('\n', '\r\n');
}
