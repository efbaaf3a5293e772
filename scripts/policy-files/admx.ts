// Administrative templates (ADMX, ADML) for Group Policy and Intune. Each setting is a policy for Chrome and Edge; for Firefox all
// settings are one JSON text, because Firefox passes single values on without their types.
// Source: learn.microsoft.com/previous-versions/windows/desktop/Policy/admx-schema.
import { catalog, type PolicyKey, policyKeys, type Setting } from '../../lib/shared/policy/catalog.ts';
import {
  type ChromiumBrowser,
  chromiumBrowsers,
  chromiumInstallation,
  type Deployment,
  firefoxInstallation,
} from './deployment.ts';
import { firefoxRegistry } from './registry.ts';
import { type XmlNode, xml } from './xml.ts';

type XmlElement = { [name: string]: XmlNode };

const root = {
  '@xmlns': 'http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions',
  '@revision': '1.0',
  '@schemaVersion': '1.0',
};
/** Chromium is not deployed on Windows. */
const browsers = ['chrome', 'edge'] as const satisfies ChromiumBrowser[];
const categories = [...browsers, 'firefox'] as const;

/** Content of both files; the browsers share texts and presentations. */
interface Parts {
  policies: XmlElement[];
  texts: Map<string, string>;
  presentations: Map<string, XmlElement>;
}

export function administrativeTemplate(deployment: Deployment): { admx: string; adml: string } {
  const { chromium, firefox } = deployment;
  const parts: Parts = { policies: [], texts: new Map([['product', 'Phone Sign-in']]), presentations: new Map() };
  for (const browser of browsers) {
    const { name, registry } = chromiumBrowsers[browser];
    parts.texts.set(browser, name);
    const key = `${registry}\\ExtensionSettings\\${chromium.id}`;
    addInstallation(parts, browser, key, chromiumInstallation(browser, chromium));
    for (const setting of policyKeys) {
      addSetting(parts, browser, setting, `${registry}\\3rdparty\\extensions\\${chromium.id}\\policy`);
    }
  }
  parts.texts.set('firefox', 'Mozilla Firefox');
  const key = `${firefoxRegistry}\\ExtensionSettings\\${firefox.id}`;
  addInstallation(parts, 'firefox', key, firefoxInstallation(firefox));
  addFirefoxConfiguration(parts, firefox.id);
  return { admx: admx(parts), adml: adml(parts) };
}

function addInstallation(parts: Parts, category: string, key: string, values: Record<string, string | boolean>): void {
  parts.texts.set('install', 'Install the extension and show it in the toolbar');
  parts.texts.set(
    'install_explain',
    'Enabled: the browser installs and updates the extension, and users cannot remove it. Disabled or not configured: this policy has no effect. The template contains the address of the package.',
  );
  const item = Object.entries(values).map(([name, value]) => ({
    '@key': key,
    '@valueName': name,
    value: typeof value === 'boolean' ? decimal(Number(value)) : { string: value },
  }));
  parts.policies.push(policy({ category, name: 'install', key }, { enabledList: { item } }));
}

function addSetting(parts: Parts, category: string, name: PolicyKey, key: string): void {
  const setting: Setting = catalog[name];
  parts.texts.set(name, `${setting.title} (${name})`);
  parts.texts.set(`${name}_explain`, explanation(setting));
  if (setting.type === 'boolean') {
    const values = { enabledValue: decimal(1), disabledValue: decimal(0) };
    parts.policies.push(policy({ category, name, key, valueName: name }, values));
    return;
  }
  if (setting.type === 'choice') {
    for (const value of setting.values) parts.texts.set(`${name}_${identifierOf(value)}`, value);
  }
  const { element, control } = form(name, setting, key);
  parts.presentations.set(name, control);
  parts.policies.push(policy({ category, name, key, presentation: name }, { elements: element }));
}

function addFirefoxConfiguration(parts: Parts, id: string): void {
  parts.texts.set('configuration', 'Configuration');
  parts.texts.set(
    'configuration_explain',
    `The settings as one JSON object, for example { "tenantId": "${catalog.tenantId.example}", "clientId": "${catalog.clientId.example}" }. Firefox reads it when it starts.`,
  );
  parts.presentations.set('configuration', {
    multiTextBox: { '@refId': 'configuration', '@defaultHeight': '12' },
  });
  const key = `${firefoxRegistry}\\3rdparty\\Extensions`;
  const multiText = { '@id': 'configuration', '@valueName': id, '@required': 'true', '@maxLength': '16384' };
  parts.policies.push(
    policy(
      { category: 'firefox', name: 'configuration', key, presentation: 'configuration' },
      { elements: { multiText } },
    ),
  );
}

function form(
  name: string,
  setting: Exclude<Setting, { type: 'boolean' }>,
  key: string,
): { element: XmlElement; control: XmlElement } {
  const label = setting.title;
  const field = { '@id': name, '@valueName': name, '@required': 'true' };
  const control = { '@refId': name };
  switch (setting.type) {
    case 'text':
      return { element: { text: { ...field, '@maxLength': '1024' } }, control: { textBox: { ...control, label } } };
    case 'integer':
      return {
        element: { decimal: { ...field, '@minValue': setting.minimum, '@maxValue': setting.maximum } },
        control: {
          decimalTextBox: { ...control, '@defaultValue': setting.default, '#text': `${label} (${setting.unit})` },
        },
      };
    case 'list':
      return {
        element: { list: { '@id': name, '@key': `${key}\\${name}`, '@valuePrefix': '' } },
        control: { listBox: { ...control, '#text': label } },
      };
    case 'choice': {
      const item = setting.values.map((value) => ({
        '@displayName': `$(string.${name}_${identifierOf(value)})`,
        value: { string: value },
      }));
      const defaultItem = setting.values.indexOf(setting.default);
      return {
        element: { enum: { ...field, item } },
        control: { dropdownList: { ...control, '@defaultItem': defaultItem, '#text': label } },
      };
    }
  }
}

function decimal(value: number): XmlElement {
  return { decimal: { '@value': value } };
}

/** Ids of strings may not contain hyphens. */
function identifierOf(value: string): string {
  return value.replaceAll('-', '_');
}

function explanation(setting: Setting): string {
  const given = 'default' in setting && setting.default !== undefined ? String(setting.default) : '';
  return [
    setting.description,
    setting.type === 'text' ? `Form: ${setting.form}.` : '',
    setting.type === 'list' ? `Each line: ${setting.of.form}. At most ${setting.most}.` : '',
    setting.type === 'integer' ? `From ${setting.minimum} to ${setting.maximum} ${setting.unit}.` : '',
    given ? `Not configured: ${given}.` : '',
    setting.isPreset ? 'Users can choose another value.' : 'Users cannot change it.',
  ]
    .filter(Boolean)
    .join('\n');
}

function policy(
  about: { category: string; name: string; key: string; valueName?: string; presentation?: string },
  body: XmlElement,
): XmlElement {
  const { category, name, key, valueName, presentation } = about;
  return {
    '@name': `${category}_${name}`,
    '@class': 'Both',
    '@displayName': `$(string.${name})`,
    '@explainText': `$(string.${name}_explain)`,
    '@key': key,
    ...(valueName ? { '@valueName': valueName } : {}),
    ...(presentation ? { '@presentation': `$(presentation.${presentation})` } : {}),
    parentCategory: { '@ref': category },
    supportedOn: { '@ref': `supported_${category}` },
    ...body,
  };
}

function admx({ policies }: Parts): string {
  const named = (name: string) => ({ '@name': name, '@displayName': `$(string.${name})` });
  return xml({
    policyDefinitions: {
      ...root,
      policyNamespaces: { target: { '@prefix': 'phonesignin', '@namespace': 'PhoneSignIn.Policies' } },
      resources: { '@minRequiredRevision': '1.0' },
      supportedOn: {
        definitions: {
          definition: categories.map((name) => ({ ...named(name), '@name': `supported_${name}` })),
        },
      },
      categories: {
        category: [
          named('product'),
          ...categories.map((name) => ({ ...named(name), parentCategory: { '@ref': 'product' } })),
        ],
      },
      policies: { policy: policies },
    },
  });
}

function adml({ texts, presentations }: Parts): string {
  return xml({
    policyDefinitionResources: {
      ...root,
      displayName: 'Phone Sign-in',
      description: 'Settings of the browser extension Phone Sign-in',
      resources: {
        stringTable: { string: [...texts].map(([id, text]) => ({ '@id': id, '#text': text })) },
        presentationTable: { presentation: [...presentations].map(([id, control]) => ({ '@id': id, ...control })) },
      },
    },
  });
}
