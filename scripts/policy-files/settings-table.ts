import { catalog, type Setting } from '../../lib/shared/policy/catalog.ts';

export function settingsTable(): string {
  const rows = Object.entries<Setting>(catalog).map(([key, setting]) =>
    [`\`${key}\``, setting.description, formOf(setting), defaultOf(setting), setting.effect === 'locks' ? 'yes' : 'no']
      .map((cell) => cell.replaceAll('|', '\\|'))
      .join(' | '),
  );
  return `# Managed settings

Generated from \`lib/shared/policy/catalog.ts\` by \`npm run generate\`.

All keys are optional. To connect the extension to your organization, set \`tenantId\` and \`clientId\`.
An invalid value is ignored and does not affect other keys. The section _Managed by your organization_ of the options
page lists it; Chromium browsers drop it before the extension sees it.
Chromium browsers apply changes immediately, Firefox when it starts.
_Locked_ settings cannot be changed by users.

| Key | Description | Value | Default | Locked |
| --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join('\n')}
`;
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
      return `${setting.form}, such as \`${setting.example}\``;
    case 'list':
      return `a list, up to ${setting.most}: ${setting.of.form}, such as \`${JSON.stringify(setting.example)}\``;
  }
}

function defaultOf(setting: Setting): string {
  if (setting.default === undefined) return 'none';
  if (Array.isArray(setting.default))
    return setting.default.length === 0 ? 'none' : `\`${JSON.stringify(setting.default)}\``;
  return `\`${setting.default}\``;
}
