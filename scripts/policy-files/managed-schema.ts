// public/managed_schema.json, in the subset of JSON Schema that Chromium accepts: one type per node, no unions, no defaults.
import { catalog, type Setting } from '../../lib/shared/policy/catalog.ts';

export function managedSchema(): string {
  const properties = Object.fromEntries(
    Object.entries<Setting>(catalog).map(([key, setting]) => [
      key,
      { title: setting.title, description: setting.description, ...constraintOf(setting) },
    ]),
  );
  return `${JSON.stringify({ type: 'object', properties }, null, 2)}\n`;
}

function constraintOf(setting: Setting): object {
  switch (setting.type) {
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
      return { type: 'integer', minimum: setting.minimum, maximum: setting.maximum };
    case 'choice':
      return { type: 'string', enum: setting.values };
    case 'text':
      return { type: 'string', pattern: setting.pattern };
    case 'list':
      return { type: 'array', items: { type: 'string', pattern: setting.of.pattern } };
  }
}
