// docs/it/settings.md: every managed setting, for administrators.
import { catalog, type Setting } from '../../lib/shared/policy/catalog.ts';

export function settingsTable(): string {
  const rows = Object.entries<Setting>(catalog).map(([key, setting]) =>
    [
      `\`${key}\``,
      setting.description,
      formOf(setting),
      defaultOf(setting),
      setting.effect === 'locks' ? 'yes' : 'no, people may choose otherwise',
    ]
      .map((cell) => cell.replaceAll('|', '\\|'))
      .join(' | '),
  );
  return `# Managed settings

Generated from \`lib/shared/policy/catalog.ts\` by \`npm run generate\`. All keys are optional. Whoever sets \`tenantId\` and \`clientId\` has
connected the extension. A value that is not valid is ignored, and the section _Managed by your organization_ of the options page
says so; other keys are not affected. Chromium browsers drop such values themselves, without a word.
Chromium browsers take changes over while they run, Firefox does at its next start.

| Key | What it does | Value | Without it | Locks |
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
  if (setting.default === undefined) return 'nothing';
  if (Array.isArray(setting.default))
    return setting.default.length === 0 ? 'none' : `\`${JSON.stringify(setting.default)}\``;
  return `\`${setting.default}\``;
}
