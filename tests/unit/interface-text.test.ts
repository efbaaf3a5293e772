// Tests find interface text by its message key (scripts/journey/text.ts), so that new wording changes no test.
import { globSync, readFileSync } from 'node:fs';
import { parseAst } from 'rolldown/parseAst';
import { expect, test } from 'vitest';
import { specification } from '../../scripts/journey/specification.ts';
import { readLocale } from '../../scripts/locales.ts';

const exempt = ['scripts/journey/specification.ts', 'scripts/journey/sandbox-text.ts', 'tests/e2e/seed/sentences.ts'];
const files = globSync(['tests/e2e/**/*.ts', 'scripts/{bench,journey,look}/**/*.ts', 'scripts/look.ts']).filter(
  (file) => !exempt.includes(file) && !file.endsWith('.test.ts'),
);
const prescribed: readonly string[] = Object.values(specification);
const messages = [...(await readLocale('en')).values()];

test('literals with interface text are found: whole messages, parts of sentences, templates and regular expressions', () => {
  const [sentence = '', label = '', withValue = ''] = [
    messages.find((each) => /^[\w ]{40,}\.$/.test(each)),
    messages.find((each) => /^\w+ \w+$/.test(each)),
    messages.find((each) => /^[\w ]{12,}\{\w+\}$/.test(each)),
  ];
  const withoutEnd = sentence.split(' ').slice(0, -1).join(' ');
  const planted = [`'${sentence}'`, `'${withoutEnd}'`, `'${label}'`, `/^${withoutEnd}/`];
  for (const literal of [...planted, `\`${withValue.replace('{', '${')}\``]) {
    expect(interfaceTexts(`popup.waitForText(${literal});`), literal).toHaveLength(1);
  }
  expect(interfaceTexts(`test('${sentence}', () => other('${specification.verified}', 'contoso.example'));`)).toEqual(
    [],
  );
});

test.each(files)('%s has no interface text in literals', (file) => {
  expect(interfaceTexts(readFileSync(file, 'utf8'))).toEqual([]);
});

test('accessibility trees have message keys in place of interface text', () => {
  const literals = globSync('tests/e2e/accessibility/*.txt').flatMap(
    (file) => readFileSync(file, 'utf8').match(/"[^"]+"/g) ?? [],
  );
  expect(literals.map((each) => each.slice(1, -1)).filter(isInterfaceText)).toEqual([]);
});

interface Node {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

function interfaceTexts(source: string): string[] {
  return [...literals(parseAst(source, { lang: 'ts' }) as unknown as Node, source)].filter(isInterfaceText);
}

/** Plain text of string literals, and of templates and regular expressions between their variable parts. */
function* literals(node: unknown, source: string): Generator<string> {
  if (Array.isArray(node)) for (const each of node) yield* literals(each, source);
  if (!isNode(node) || node.type.startsWith('Import')) return;
  if (typeof node.value === 'string') yield node.value;
  if (node.type === 'TemplateElement') yield (node.value as { cooked: string }).cooked;
  if (isObject(node.regex)) yield* plainParts(String(node.regex.pattern));
  const isTitled =
    node.type === 'CallExpression' && /^(test|scenario|until)\b/.test(source.slice(node.start, node.end));
  for (const [name, child] of Object.entries(node)) {
    yield* literals(isTitled && name === 'arguments' ? (child as unknown[]).slice(1) : child, source);
  }
}

function plainParts(pattern: string): string[] {
  const unescaped = pattern.replaceAll(/\\([.?+()$/])/g, '$1');
  return unescaped.split(/[\^$|[\]*\\]|\.\+|\(\?/);
}

function isInterfaceText(literal: string): boolean {
  const text = literal.trim();
  if (prescribed.includes(text) || wordsIn(text) < 2) return false;
  return messages.some((message) =>
    message.split(/\{\w+\}/).some((part) => {
      const own = part.trim();
      return own === text || (wordsIn(text) >= 4 && own.includes(text)) || (wordsIn(own) >= 4 && text.includes(own));
    }),
  );
}

function wordsIn(text: string): number {
  return text.split(/\s+/).filter((each) => /\p{L}/u.test(each)).length;
}

function isNode(value: unknown): value is Node {
  return isObject(value) && typeof value.type === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
