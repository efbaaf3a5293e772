// Administrative templates (ADMX, ADML) for Group Policy and Intune: every setting of the catalog for each Chromium browser, and for
// Firefox one text, since it passes single values on without their types.
// Source: learn.microsoft.com/previous-versions/windows/desktop/Policy/admx-schema.
import { catalog, policyKeys, type Setting } from '../../lib/shared/policy/catalog.ts';
import {
  type ChromiumBrowser,
  chromiumBrowsers,
  chromiumInstallation,
  type Deployment,
  firefoxInstallation,
} from './deployment.ts';
import { firefoxRegistry } from './registry.ts';
import { xmlText } from './xml.ts';

const namespace = 'http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions';
const settings: Record<string, Setting> = catalog;
/** Chromium itself is not rolled out on Windows. */
const browsers = ['chrome', 'edge'] as const satisfies ChromiumBrowser[];

/** What both files are made of; texts and presentations are shared by the browsers. */
interface Parts {
  policies: string[];
  texts: Map<string, string>;
  presentations: Map<string, string>;
}

export function administrativeTemplate(deployment: Deployment): { admx: string; adml: string } {
  const parts: Parts = { policies: [], texts: new Map([['product', 'Phone Sign-in']]), presentations: new Map() };
  for (const browser of browsers) {
    parts.texts.set(browser, chromiumBrowsers[browser].name);
    addInstallation(
      parts,
      browser,
      extensionSettingsKey(browser, deployment),
      chromiumInstallation(browser, deployment.chromium),
    );
    for (const name of policyKeys) addSetting(parts, browser, name, deployment);
  }
  parts.texts.set('firefox', 'Mozilla Firefox');
  const { firefox } = deployment;
  addInstallation(
    parts,
    'firefox',
    `${firefoxRegistry}\\ExtensionSettings\\${firefox.id}`,
    firefoxInstallation(firefox),
  );
  addFirefoxConfiguration(parts, deployment);
  return { admx: admx(parts), adml: adml(parts) };
}

function extensionSettingsKey(browser: ChromiumBrowser, { chromium }: Deployment): string {
  return `${chromiumBrowsers[browser].registry}\\ExtensionSettings\\${chromium.id}`;
}

function addInstallation(parts: Parts, category: string, key: string, values: Record<string, string | boolean>): void {
  parts.texts.set('install', 'Install the extension and show it in the toolbar');
  parts.texts.set(
    'install_explain',
    'Enabled: the browser installs and updates the extension, and people cannot remove it. Disabled or not configured: this policy takes no part in it. The address it comes from is in this template.',
  );
  const items = Object.entries(values).map(
    ([name, value]) =>
      `        <item key="${xmlText(key)}" valueName="${name}"><value>${
        typeof value === 'boolean' ? `<decimal value="${Number(value)}"/>` : `<string>${xmlText(value)}</string>`
      }</value></item>\n`,
  );
  parts.policies.push(
    policy({ category, name: 'install', key }, `      <enabledList>\n${items.join('')}      </enabledList>\n`),
  );
}

function addSetting(parts: Parts, category: (typeof browsers)[number], name: string, { chromium }: Deployment): void {
  const setting = settings[name];
  if (!setting) throw new Error(`The catalog has no ${name}.`);
  const key = `${chromiumBrowsers[category].registry}\\3rdparty\\extensions\\${chromium.id}\\policy`;
  parts.texts.set(name, `${setting.title} (${name})`);
  parts.texts.set(`${name}_explain`, explanation(setting));
  if (setting.type === 'boolean') {
    const values = `      <enabledValue><decimal value="1"/></enabledValue>\n      <disabledValue><decimal value="0"/></disabledValue>\n`;
    parts.policies.push(policy({ category, name, key, valueName: name }, values));
    return;
  }
  const { element, control } = form(name, setting, key);
  if (setting.type === 'choice')
    for (const value of setting.values) parts.texts.set(`${name}_${identifierOf(value)}`, value);
  parts.presentations.set(name, control);
  parts.policies.push(
    policy({ category, name, key, presentation: name }, `      <elements>\n        ${element}\n      </elements>\n`),
  );
}

function addFirefoxConfiguration(parts: Parts, { firefox }: Deployment): void {
  parts.texts.set('configuration', 'Configuration');
  parts.texts.set(
    'configuration_explain',
    `The settings as one JSON object, for instance { "tenantId": "${catalog.tenantId.example}", "clientId": "${catalog.clientId.example}" }. Firefox reads it when it starts.`,
  );
  parts.presentations.set('configuration', '<multiTextBox refId="configuration" defaultHeight="12"/>');
  const element = `<multiText id="configuration" valueName="${xmlText(firefox.id)}" required="true" maxLength="16384"/>`;
  parts.policies.push(
    policy(
      {
        category: 'firefox',
        name: 'configuration',
        key: `${firefoxRegistry}\\3rdparty\\Extensions`,
        presentation: 'configuration',
      },
      `      <elements>\n        ${element}\n      </elements>\n`,
    ),
  );
}

function form(
  name: string,
  setting: Exclude<Setting, { type: 'boolean' }>,
  key: string,
): { element: string; control: string } {
  const label = xmlText(setting.title);
  switch (setting.type) {
    case 'text':
      return {
        element: `<text id="${name}" valueName="${name}" required="true" maxLength="1024"/>`,
        control: `<textBox refId="${name}"><label>${label}</label></textBox>`,
      };
    case 'integer':
      return {
        element: `<decimal id="${name}" valueName="${name}" required="true" minValue="${setting.minimum}" maxValue="${setting.maximum}"/>`,
        control: `<decimalTextBox refId="${name}" defaultValue="${setting.default}">${label} (${setting.unit})</decimalTextBox>`,
      };
    case 'list':
      return {
        element: `<list id="${name}" key="${xmlText(`${key}\\${name}`)}" valuePrefix=""/>`,
        control: `<listBox refId="${name}">${label}</listBox>`,
      };
    case 'choice': {
      const items = setting.values.map(
        (value) =>
          `<item displayName="$(string.${name}_${identifierOf(value)})"><value><string>${xmlText(value)}</string></value></item>`,
      );
      return {
        element: `<enum id="${name}" valueName="${name}" required="true">${items.join('')}</enum>`,
        control: `<dropdownList refId="${name}" defaultItem="${setting.values.indexOf(setting.default)}">${label}</dropdownList>`,
      };
    }
  }
}

/** Ids of strings may hold no hyphen everywhere they are read. */
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
    setting.effect === 'locks' ? 'People cannot change it.' : 'People can choose otherwise.',
  ]
    .filter(Boolean)
    .join('\n');
}

function policy(
  about: { category: string; name: string; key: string; valueName?: string; presentation?: string },
  body: string,
): string {
  const attributes = [
    `name="${about.category}_${about.name}" class="Both"`,
    `displayName="$(string.${about.name})" explainText="$(string.${about.name}_explain)"`,
    `key="${xmlText(about.key)}"`,
    about.valueName ? `valueName="${about.valueName}"` : '',
    about.presentation ? `presentation="$(presentation.${about.presentation})"` : '',
  ];
  return `    <policy ${attributes.filter(Boolean).join(' ')}>
      <parentCategory ref="${about.category}"/>
      <supportedOn ref="supported_${about.category}"/>
${body}    </policy>
`;
}

const categories = [...browsers, 'firefox'] as const;

function admx({ policies }: Parts): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<policyDefinitions xmlns="${namespace}" revision="1.0" schemaVersion="1.0">
  <policyNamespaces>
    <target prefix="phonesignin" namespace="PhoneSignIn.Policies"/>
  </policyNamespaces>
  <resources minRequiredRevision="1.0"/>
  <supportedOn>
    <definitions>
${categories.map((name) => `      <definition name="supported_${name}" displayName="$(string.${name})"/>\n`).join('')}    </definitions>
  </supportedOn>
  <categories>
    <category name="product" displayName="$(string.product)"/>
${categories
  .map(
    (name) =>
      `    <category name="${name}" displayName="$(string.${name})"><parentCategory ref="product"/></category>\n`,
  )
  .join('')}  </categories>
  <policies>
${policies.join('')}  </policies>
</policyDefinitions>
`;
}

function adml({ texts, presentations }: Parts): string {
  const strings = [...texts].map(([id, text]) => `      <string id="${id}">${xmlText(text)}</string>\n`);
  const forms = [...presentations].map(([id, control]) => `      <presentation id="${id}">${control}</presentation>\n`);
  return `<?xml version="1.0" encoding="utf-8"?>
<policyDefinitionResources xmlns="${namespace}" revision="1.0" schemaVersion="1.0">
  <displayName>Phone Sign-in</displayName>
  <description>Settings of the browser extension Phone Sign-in</description>
  <resources>
    <stringTable>
${strings.join('')}    </stringTable>
    <presentationTable>
${forms.join('')}    </presentationTable>
  </resources>
</policyDefinitionResources>
`;
}
