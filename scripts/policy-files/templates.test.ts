// Reads each deployment template with a parser of its format and compares it with the deployment.
import { parse as parsePropertyList } from 'plist';
import { describe, expect, test } from 'vitest';
import { catalog, policyKeys, type Setting } from '../../lib/shared/policy/catalog.ts';
import { checkPolicy } from '../../lib/shared/policy/validate.ts';
import type { Deployment } from './deployment.ts';
import { exampleDeployment, templates } from './templates.ts';
import { parseXml } from './testing/parse-xml.ts';

const everySetting = Object.fromEntries(policyKeys.map((key) => [key, catalog[key].example]));
const { chromium, firefox } = exampleDeployment;

/** Every setting, and text that each format has to escape. */
const deployment: Deployment = {
  chromium: { ...chromium, updateUrl: `${chromium.updateUrl}?a=1&b="2"` },
  firefox: { ...firefox, allowUnsigned: true },
  settings: { ...everySetting, organizationName: 'Zürich & Söhne "A\\B" <x>' },
};
const { settings } = deployment;
const files = templates(deployment);
const fileOf = (path: string) => {
  const text = files[path];
  if (text === undefined) throw new Error(`There is no ${path}.`);
  return text;
};

const unsigned = { 'xpinstall.signatures.required': { Value: false, Status: 'locked' } };
const inFirefox = { installation_mode: 'force_installed', install_url: firefox.installUrl, default_area: 'navbar' };
const inChromium = {
  installation_mode: 'force_installed',
  update_url: deployment.chromium.updateUrl,
  override_update_url: true,
};
const pins = {
  chrome: { toolbar_pin: 'force_pinned' },
  chromium: { toolbar_pin: 'force_pinned' },
  edge: { toolbar_state: 'force_shown' },
};

test('the settings of the deployments are valid policies', () => {
  for (const each of [exampleDeployment.settings, settings]) {
    expect(checkPolicy(each)).toEqual({ values: each, rejected: [] });
  }
});

test.each(['chrome', 'chromium', 'edge'] as const)(
  'the policy file for %s on Linux has the installation and the settings',
  (browser) => {
    expect(JSON.parse(fileOf(`linux/${browser}/phone-sign-in.json`))).toEqual({
      ExtensionSettings: { [chromium.id]: { ...inChromium, ...pins[browser] } },
      '3rdparty': { extensions: { [chromium.id]: settings } },
    });
  },
);

test('a package from a store has no override_update_url', () => {
  const updateUrl = 'https://clients2.google.com/service/update2/crx';
  const text = templates({ ...deployment, chromium: { ...chromium, updateUrl } })['linux/chrome/phone-sign-in.json'];
  expect(JSON.parse(String(text)).ExtensionSettings[chromium.id]).toEqual({
    installation_mode: 'force_installed',
    update_url: updateUrl,
    toolbar_pin: 'force_pinned',
  });
});

test('the policy for the Google Admin console has each value in an object', () => {
  const wrapped = Object.fromEntries(Object.entries(settings).map(([key, Value]) => [key, { Value }]));
  expect(JSON.parse(fileOf('google-admin/phone-sign-in.json'))).toEqual(wrapped);
});

test('policies.json and the native manifest for Firefox have the settings', () => {
  expect(JSON.parse(fileOf('firefox/policies.json'))).toEqual({
    policies: {
      ExtensionSettings: { [firefox.id]: inFirefox },
      Preferences: unsigned,
      '3rdparty': { Extensions: { [firefox.id]: settings } },
    },
  });
  expect(JSON.parse(fileOf(`firefox/managed-storage/${firefox.id}.json`))).toMatchObject({
    name: firefox.id,
    type: 'storage',
    data: settings,
  });
});

test('Firefox templates allow unsigned packages only if the deployment does', () => {
  for (const path of ['firefox/policies.json', 'macos/firefox.mobileconfig', 'windows/firefox.reg']) {
    expect(fileOf(path)).toContain('xpinstall');
    expect(templates(exampleDeployment)[path]).not.toContain('xpinstall');
  }
});

describe('the configuration profile for macOS', () => {
  const payloadsOf = (browser: string) => {
    const profile = parsePropertyList(fileOf(`macos/${browser}.mobileconfig`)) as {
      PayloadContent: Record<string, unknown>[];
    };
    expect(profile).toMatchObject({ PayloadType: 'Configuration', PayloadVersion: 1, PayloadScope: 'System' });
    const uuids = [profile, ...profile.PayloadContent].map((each) => (each as Record<string, unknown>).PayloadUUID);
    expect(new Set(uuids).size).toBe(uuids.length);
    for (const uuid of uuids) expect(uuid).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
    return Object.fromEntries(
      profile.PayloadContent.map((payload) => [
        payload.PayloadType,
        Object.fromEntries(Object.entries(payload).filter(([key]) => !key.startsWith('Payload'))),
      ]),
    );
  };

  test.each([
    ['chrome', 'com.google.Chrome'],
    ['edge', 'com.microsoft.Edge'],
  ] as const)('has the installation and the settings for %s', (browser, domain) => {
    expect(payloadsOf(browser)).toEqual({
      [domain]: { ExtensionSettings: { [chromium.id]: { ...inChromium, ...pins[browser] } } },
      [`${domain}.extensions.${chromium.id}`]: settings,
    });
  });

  test('has the installation and the settings for Firefox', () => {
    expect(payloadsOf('firefox')).toEqual({
      'org.mozilla.firefox': {
        EnterprisePoliciesEnabled: true,
        ExtensionSettings: { [firefox.id]: inFirefox },
        Preferences: unsigned,
        '3rdparty': { Extensions: { [firefox.id]: settings } },
      },
    });
  });
});

describe('the registration file for Windows', () => {
  const machine = 'HKEY_LOCAL_MACHINE\\Software\\Policies';

  /** Parses like the Registry Editor: strings, numbers, and keys that are removed. */
  function parse(text: string): Record<string, Record<string, string | number> | 'removed'> {
    expect(text).toMatch(/^Windows Registry Editor Version 5\.00\r\n\r\n/);
    expect(text).toMatch(/^[\r\n\x20-\x7e]*$/);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    const keys: Record<string, Record<string, string | number> | 'removed'> = {};
    let values: Record<string, string | number> = {};
    for (const line of text.split('\r\n').slice(2).filter(Boolean)) {
      const key = /^\[(-?)(.+)\]$/.exec(line);
      if (key?.[2]) {
        values = {};
        keys[key[2]] = key[1] ? 'removed' : values;
        continue;
      }
      const [, name = '', written = ''] = /^"((?:[^"\\]|\\.)*)"=(.*)$/.exec(line) ?? [];
      expect(name, line).not.toBe('');
      values[name.replace(/\\(.)/g, '$1')] = dataOf(written);
    }
    return keys;
  }

  function dataOf(written: string): string | number {
    if (written.startsWith('dword:')) return Number.parseInt(written.slice(6), 16);
    if (written.startsWith('hex(1):')) {
      const bytes = written
        .slice(7)
        .split(',')
        .map((byte) => Number.parseInt(byte, 16));
      return Buffer.from(bytes).toString('utf16le').replace(/\0$/, '');
    }
    return /^"(.*)"$/.exec(written)?.[1]?.replace(/\\(.)/g, '$1') ?? '';
  }

  test.each([
    ['chrome', `${machine}\\Google\\Chrome`],
    ['edge', `${machine}\\Microsoft\\Edge`],
  ] as const)('has the installation and the settings for %s', (browser, root) => {
    const keys = parse(fileOf(`windows/${browser}.reg`));
    expect(keys[`${root}\\ExtensionSettings\\${chromium.id}`]).toEqual({
      ...inChromium,
      override_update_url: 1,
      ...pins[browser],
    });
    const path = `${root}\\3rdparty\\extensions\\${chromium.id}\\policy`;
    for (const [name, value] of Object.entries(settings)) {
      if (Array.isArray(value)) {
        expect(Object.values(keys[`${path}\\${name}`] ?? {}), name).toEqual(value);
      } else {
        const single = keys[path] as Record<string, unknown>;
        expect(single[name], name).toBe(typeof value === 'boolean' ? Number(value) : value);
      }
    }
  });

  test('has the installation and the settings for Firefox', () => {
    const root = `${machine}\\Mozilla\\Firefox`;
    const keys = parse(fileOf('windows/firefox.reg')) as Record<string, Record<string, string>>;
    expect(keys[`${root}\\ExtensionSettings\\${firefox.id}`]).toEqual(inFirefox);
    expect(JSON.parse(keys[root]?.Preferences ?? '')).toEqual(unsigned);
    expect(JSON.parse(keys[`${root}\\3rdparty\\Extensions`]?.[firefox.id] ?? '')).toEqual(settings);
  });
});

interface Policy {
  '@name': string;
  '@key': string;
  '@valueName'?: string;
  '@presentation'?: string;
  parentCategory: { '@ref': string };
  supportedOn: { '@ref': string };
  elements?: Record<string, Element>;
  enabledList?: { item: { '@valueName': string; value: { string: string } | { decimal: { '@value': string } } }[] };
}
interface Element {
  '@id': string;
  '@key'?: string;
  '@valueName'?: string;
  item?: { value: { string: string } }[];
}
interface Named {
  '@name': string;
}
interface Identified {
  '@id': string;
}

describe('the administrative template for Windows', () => {
  const { policyDefinitions: admx } = parseXml<{
    policyDefinitions: {
      supportedOn: { definitions: { definition: Named[] } };
      categories: { category: (Named & { parentCategory?: { '@ref': string } })[] };
      policies: { policy: Policy[] };
    };
  }>(fileOf('windows/phone-sign-in.admx'));
  const { resources: adml } = parseXml<{
    policyDefinitionResources: {
      resources: {
        stringTable: { string: Identified[] };
        presentationTable: { presentation: (Identified & Record<string, { '@refId': string }>)[] };
      };
    };
  }>(fileOf('windows/en-US/phone-sign-in.adml')).policyDefinitionResources;
  const policies = admx.policies.policy;
  const policyNamed = (name: string) => policies.find((policy) => policy['@name'] === name);
  const idsOf = { string: adml.stringTable.string, presentation: adml.presentationTable.presentation };

  test('resolves every reference, defines no unused text, and has unique names', () => {
    for (const kind of ['string', 'presentation'] as const) {
      const pattern = new RegExp(`\\$\\(${kind}\\.([^)]+)\\)`, 'g');
      const references = [...fileOf('windows/phone-sign-in.admx').matchAll(pattern)].map(([, id]) => id);
      const ids = idsOf[kind].map((each) => each['@id']);
      expect(references.length).toBeGreaterThan(policyKeys.length / 2);
      expect(new Set(ids)).toEqual(new Set(references));
      expect(new Set(ids).size).toBe(ids.length);
    }
    const categories = admx.categories.category.map((each) => each['@name']);
    const definitions = admx.supportedOn.definitions.definition.map((each) => each['@name']);
    for (const { parentCategory } of [...admx.categories.category, ...policies]) {
      if (parentCategory) expect(categories).toContain(parentCategory['@ref']);
    }
    for (const { supportedOn } of policies) expect(definitions).toContain(supportedOn['@ref']);
    expect(new Set(policies.map((policy) => policy['@name'])).size).toBe(policies.length);
  });

  test('has a control for each element that an administrator fills in, and no other control', () => {
    for (const policy of policies) {
      const elements = Object.values(policy.elements ?? {}).map((element) => element['@id']);
      const shown = /\$\(presentation\.(.+)\)/.exec(policy['@presentation'] ?? '')?.[1];
      const { '@id': _, ...controls } = adml.presentationTable.presentation.find((each) => each['@id'] === shown) ?? {};
      const references = Object.values(controls as Record<string, { '@refId': string }>).map((each) => each['@refId']);
      expect(references, policy['@name']).toEqual(elements);
    }
  });

  test.each([
    ['chrome', 'Software\\Policies\\Google\\Chrome'],
    ['edge', 'Software\\Policies\\Microsoft\\Edge'],
  ] as const)('has every setting of the catalog under the registry key that %s reads', (browser, root) => {
    const key = `${root}\\3rdparty\\extensions\\${chromium.id}\\policy`;
    for (const name of policyKeys) {
      const setting: Setting = catalog[name];
      const policy = policyNamed(`${browser}_${name}`);
      expect(policy?.['@key'], name).toBe(key);
      const [element] = Object.values(policy?.elements ?? {});
      if (setting.type === 'boolean') expect(policy?.['@valueName']).toBe(name);
      else if (setting.type === 'list') expect(element?.['@key']).toBe(`${key}\\${name}`);
      else expect(element?.['@valueName']).toBe(name);
      if (setting.type === 'choice') expect(element?.item?.map(({ value }) => value.string)).toEqual(setting.values);
    }
    const values = policyNamed(`${browser}_install`)?.enabledList?.item.map(({ '@valueName': name, value }) => [
      name,
      'decimal' in value ? Number(value.decimal['@value']) : value.string,
    ]);
    expect(Object.fromEntries(values ?? [])).toEqual({ ...inChromium, override_update_url: 1, ...pins[browser] });
  });

  test('has the installation and one JSON text with all settings for Firefox', () => {
    expect(policyNamed('firefox_install')?.['@key']).toBe(
      `Software\\Policies\\Mozilla\\Firefox\\ExtensionSettings\\${firefox.id}`,
    );
    expect(policyNamed('firefox_configuration')?.elements).toMatchObject({ multiText: { '@valueName': firefox.id } });
  });
});
