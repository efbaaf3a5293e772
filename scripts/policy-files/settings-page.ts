import { catalog, type Setting } from '../../lib/shared/policy/catalog.ts';

/** The text of docs/it/settings.md. */
export function settingsPage(): string {
  return `# Managed settings

All settings are optional. To connect the extension to your organization, set \`tenantId\` and \`clientId\`.

An invalid value is ignored and does not affect other settings. The section _Managed by your organization_ of the
options page lists it; Chromium browsers drop it before the extension sees it. Chromium browsers apply changes
immediately, Firefox when it starts. Users can't change a setting that you set, except where noted.

This page is generated from \`lib/shared/policy/catalog.ts\` by \`npm run generate\`.

${Object.entries<Setting>(catalog).map(sectionOf).join('\n')}`;
}

function sectionOf([key, setting]: [string, Setting]): string {
  const note = setting.isPreset ? ' Users can choose another value.' : '';
  return `## ${key}

${wrapped(`**${setting.title}.** ${setting.description}${note}`)}

- Value: ${formOf(setting)}
- Default: ${defaultOf(setting)}
`;
}

/** Lines of up to 118 characters. */
function wrapped(text: string): string {
  return text.replace(/(.{1,118})(?: |$)/g, '$1\n').trimEnd();
}

function formOf(setting: Setting): string {
  switch (setting.type) {
    case 'boolean':
      return '`true` or `false`';
    case 'integer':
      return `${setting.minimum} to ${setting.maximum} ${setting.unit}`;
    case 'choice':
      return setting.values.map((value) => `\`${value}\``).join(', ');
    case 'text':
      return `${setting.form}\n- Example: \`${setting.example}\``;
    case 'list':
      return `a list of up to ${setting.most}: ${setting.of.form}\n- Example: \`${JSON.stringify(setting.example)}\``;
  }
}

function defaultOf(setting: Setting): string {
  const value = setting.default;
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return 'none';
  return `\`${Array.isArray(value) ? JSON.stringify(value) : value}\``;
}
