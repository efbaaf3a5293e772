// The deployment templates as the systems read them: each in its own format, by a parser, all saying the same.
import { describe, expect, test } from 'vitest';
import { catalog, policyKeys, type Setting } from '../../lib/shared/policy/catalog.ts';
import { checkPolicy } from '../../lib/shared/policy/validate.ts';
import { elements, parsePropertyList, parseXml } from '../driver/xml.ts';
import type { Deployment } from './deployment.ts';
import { exampleDeployment, templates } from './templates.ts';

const everySetting = Object.fromEntries(policyKeys.map((key) => [key, catalog[key].example]));
const { chromium, firefox } = exampleDeployment;

/** With every setting, and with text that each format has to guard. */
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

test('the values of every example are valid', () => {
  for (const each of [exampleDeployment.settings, settings]) {
    expect(checkPolicy(each)).toEqual({ values: each, rejected: [] });
  }
});

test.each(['chrome', 'chromium', 'edge'] as const)('Linux, %s', (browser) => {
  expect(JSON.parse(fileOf(`linux/${browser}/phone-sign-in.json`))).toEqual({
    ExtensionSettings: { [chromium.id]: { ...inChromium, ...pins[browser] } },
    '3rdparty': { extensions: { [chromium.id]: settings } },
  });
});

test("a store's package is updated by the store, without a word about it", () => {
  const updateUrl = 'https://clients2.google.com/service/update2/crx';
  const text = templates({ ...deployment, chromium: { ...chromium, updateUrl } })['linux/chrome/phone-sign-in.json'];
  expect(JSON.parse(String(text)).ExtensionSettings[chromium.id]).toEqual({
    installation_mode: 'force_installed',
    update_url: updateUrl,
    toolbar_pin: 'force_pinned',
  });
});

test('Google Admin console', () => {
  const wrapped = Object.fromEntries(Object.entries(settings).map(([key, Value]) => [key, { Value }]));
  expect(JSON.parse(fileOf('google-admin/phone-sign-in.json'))).toEqual(wrapped);
});

test('Firefox, policies.json and native manifest', () => {
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

test('a signed package needs no preference in Firefox', () => {
  for (const path of ['firefox/policies.json', 'macos/firefox.mobileconfig', 'windows/firefox.reg']) {
    expect(fileOf(path)).toContain('xpinstall');
    expect(templates(exampleDeployment)[path]).not.toContain('xpinstall');
  }
});

describe('macOS', () => {
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
  ] as const)('%s', (browser, domain) => {
    expect(payloadsOf(browser)).toEqual({
      [domain]: { ExtensionSettings: { [chromium.id]: { ...inChromium, ...pins[browser] } } },
      [`${domain}.extensions.${chromium.id}`]: settings,
    });
  });

  test('Firefox', () => {
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

describe('Windows, registration files', () => {
  const machine = 'HKEY_LOCAL_MACHINE\\Software\\Policies';

  /** As the Registry Editor reads it: strings, numbers, and keys that are removed. */
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
  ] as const)('%s', (browser, root) => {
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

  test('Firefox', () => {
    const root = `${machine}\\Mozilla\\Firefox`;
    const keys = parse(fileOf('windows/firefox.reg')) as Record<string, Record<string, string>>;
    expect(keys[`${root}\\ExtensionSettings\\${firefox.id}`]).toEqual(inFirefox);
    expect(JSON.parse(keys[root]?.Preferences ?? '')).toEqual(unsigned);
    expect(JSON.parse(keys[`${root}\\3rdparty\\Extensions`]?.[firefox.id] ?? '')).toEqual(settings);
  });
});

describe('Windows, administrative template', () => {
  const admx = parseXml(fileOf('windows/phone-sign-in.admx'));
  const adml = parseXml(fileOf('windows/en-US/phone-sign-in.adml'));
  const policies = elements(admx, 'policy');
  const idsOf = (name: string) => elements(adml, name).map(({ attributes }) => attributes.id);

  test('every reference leads somewhere, nothing is there for nothing, and names are unique', () => {
    const references = (kind: string) =>
      [...fileOf('windows/phone-sign-in.admx').matchAll(new RegExp(`\\$\\(${kind}\\.([^)]+)\\)`, 'g'))].map(
        ([, id]) => id,
      );
    for (const kind of ['string', 'presentation']) {
      expect(references(kind).length).toBeGreaterThan(policyKeys.length / 2);
      expect(new Set(idsOf(kind))).toEqual(new Set(references(kind)));
      expect(new Set(idsOf(kind)).size).toBe(idsOf(kind).length);
    }
    const categories = elements(admx, 'category').map(({ attributes }) => attributes.name);
    for (const { attributes } of elements(admx, 'parentCategory')) expect(categories).toContain(attributes.ref);
    const definitions = elements(admx, 'definition').map(({ attributes }) => attributes.name);
    for (const { attributes } of elements(admx, 'supportedOn').filter(({ attributes }) => attributes.ref)) {
      expect(definitions).toContain(attributes.ref);
    }
    const names = policies.map(({ attributes }) => attributes.name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('what is filled in has its control, and no other', () => {
    for (const { attributes, children } of policies) {
      const filledIn =
        children.find(({ name }) => name === 'elements')?.children.map((each) => each.attributes.id) ?? [];
      const shown = /\$\(presentation\.(.+)\)/.exec(attributes.presentation ?? '')?.[1];
      const presentation = elements(adml, 'presentation').find((each) => each.attributes.id === shown);
      expect(presentation?.children.map((each) => each.attributes.refId) ?? [], attributes.name).toEqual(filledIn);
    }
  });

  test.each([
    ['chrome', 'Software\\Policies\\Google\\Chrome'],
    ['edge', 'Software\\Policies\\Microsoft\\Edge'],
  ] as const)('%s: every setting of the catalog, where the browser looks for it', (browser, root) => {
    const key = `${root}\\3rdparty\\extensions\\${chromium.id}\\policy`;
    for (const name of policyKeys) {
      const setting: Setting = catalog[name];
      const policy = policies.find(({ attributes }) => attributes.name === `${browser}_${name}`);
      expect(policy?.attributes.key, name).toBe(key);
      const [element] = policy?.children.find((each) => each.name === 'elements')?.children ?? [];
      if (setting.type === 'boolean') expect(policy?.attributes.valueName).toBe(name);
      else if (setting.type === 'list') expect(element?.attributes.key).toBe(`${key}\\${name}`);
      else expect(element?.attributes.valueName).toBe(name);
      if (setting.type === 'choice' && element) {
        expect(elements(element, 'string').map(({ text }) => text)).toEqual(setting.values);
      }
    }
    const install = policies.find(({ attributes }) => attributes.name === `${browser}_install`);
    const values = elements(install as NonNullable<typeof install>, 'item').map(({ attributes, children }) => {
      const [value] = children[0]?.children ?? [];
      return [attributes.valueName, value?.name === 'decimal' ? Number(value.attributes.value) : value?.text];
    });
    expect(Object.fromEntries(values)).toEqual({ ...inChromium, override_update_url: 1, ...pins[browser] });
  });

  test('Firefox: installation, and the configuration as one text', () => {
    const named = (name: string) => policies.find(({ attributes }) => attributes.name === name);
    expect(named('firefox_install')?.attributes.key).toBe(
      `Software\\Policies\\Mozilla\\Firefox\\ExtensionSettings\\${firefox.id}`,
    );
    expect(
      elements(named('firefox_configuration') as NonNullable<ReturnType<typeof named>>, 'multiText'),
    ).toMatchObject([{ attributes: { valueName: firefox.id } }]);
  });
});
