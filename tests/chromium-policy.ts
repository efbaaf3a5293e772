// A small model of what Chromium does with a managed policy: the subset of JSON Schema with which it loads an extension, and
// which keys of a policy it then hands over. Seen in Chromium 156; components/policy/core/common/schema.cc.

type Json = unknown;
type Node = Record<string, Json>;

/** What Chromium reads, beside words for people; all else makes it refuse the extension, or is ignored without a word. */
const attributes: Record<string, string[]> = {
  object: ['properties'],
  array: ['items'],
  string: ['enum', 'pattern'],
  integer: ['enum', 'minimum', 'maximum'],
  boolean: [],
};

/** @throws if Chromium would refuse the extension, or ignore a part of the schema */
export function requireLoadable(schema: Json, path = '#'): void {
  const node = schema as Node;
  const allowed = typeof node.type === 'string' ? attributes[node.type] : undefined;
  if (!allowed) throw new Error(`${path}: one type, and one that Chromium knows`);
  for (const key of Object.keys(node)) {
    if (!['type', 'title', 'description', ...allowed].includes(key)) throw new Error(`${path}: ${key}`);
  }
  const { pattern } = node;
  if (pattern !== undefined && /\(\?|\\[1-9pPbB]|\{\d{4,}|\{\d*,\d{4,}/.test(pattern as string)) {
    throw new Error(`${path}: RE2 and JavaScript do not read this pattern alike`);
  }
  if (node.type === 'array') requireLoadable(node.items, `${path}/items`);
  for (const [key, property] of Object.entries((node.properties ?? {}) as Node))
    requireLoadable(property, `${path}/${key}`);
}

/** The keys of a policy that Chromium hands over: a bad value drops its whole top-level key. */
export function keptByChromium(schema: Json, policy: Record<string, Json>): string[] {
  const { properties } = schema as { properties: Record<string, Node> };
  return Object.keys(properties).filter(
    (key) => Object.hasOwn(policy, key) && fits(properties[key] as Node, policy[key]),
  );
}

function fits(node: Node, value: Json): boolean {
  switch (node.type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return (
        Number.isInteger(value) &&
        (value as number) >= ((node.minimum as number) ?? -Infinity) &&
        (value as number) <= ((node.maximum as number) ?? Infinity)
      );
    case 'string':
      // Text is UTF-8 there.
      if (typeof value !== 'string' || !value.isWellFormed()) return false;
      if (node.enum) return (node.enum as Json[]).includes(value);
      return node.pattern === undefined || new RegExp(node.pattern as string, 'u').test(value);
    case 'array':
      return Array.isArray(value) && value.every((item) => fits(node.items as Node, item));
    default:
      return false;
  }
}
