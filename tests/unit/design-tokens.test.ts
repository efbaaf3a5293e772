// Colours, font sizes, spaces, radii and durations are defined in tokens.css only.
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const tokens = readFileSync('components/styles/tokens.css', 'utf8');
const styles = globSync('components/styles/*.css').filter((file) => !file.endsWith('tokens.css'));
const color = /#[0-9a-f]{3,8}\b|\b(rgb|hsl|oklch)a?\([^)]*\)/gi;
const bySheet = (css: string) => css.replaceAll(/\/\*[\s\S]*?\*\//g, '');

/** Properties whose values must be tokens. */
const designed =
  /^(color|background|background-color|border-color|fill|outline(-offset)?|border(-inline|-block)?(-start|-end)?(-color)?|border(-[a-z]+)*-radius|box-shadow|font-size|font-weight|(row-|column-)?gap|padding(-[a-z-]+)?|margin(-[a-z-]+)?|animation|transition)$/;
/** Values that are not allowed in these properties; 1px is. */
const literal =
  /#[0-9a-f]{3,8}\b|\b(rgb|hsl)a?\(|(?<![\w.-])(?!1px\b)\d*\.?\d+(rem|em|px|ms|s)\b|(?<![\w.-])[1-9]00\b(?!%)/i;

test.each(styles)('%s uses tokens for its values', (file) => {
  const declarations = [
    ...bySheet(readFileSync(file, 'utf8')).matchAll(/(?:^|[;{])\s*([a-z-]+):\s*([^;{}]+)(?=[;}])/g),
  ];
  expect(declarations.length).toBeGreaterThan(5);
  const literals = declarations
    .map(([, property = '', value = '']) => `${property}: ${value}`)
    .filter((each) => designed.test(each.split(':')[0] ?? '') && literal.test(each.replace(/^[a-z-]+:/, '')));
  expect(literals).toEqual([]);
});

test('every token is used, and every used token is defined', () => {
  const defined = new Set([...tokens.matchAll(/^\s*(--[\w-]+):/gm)].map(([, name]) => name));
  const css = styles.map((file) => readFileSync(file, 'utf8')).join('\n');
  const local = new Set([...css.matchAll(/^\s*(--[\w-]+):/gm)].map(([, name]) => name));
  const used = new Set([...`${css}${tokens}`.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name));
  expect([...used].filter((name) => !defined.has(name) && !local.has(name))).toEqual([]);
  expect([...defined].filter((name) => !used.has(name))).toEqual([]);
});

test('the banner uses the colours of the tokens', () => {
  const card = readFileSync('lib/banner/card.ts', 'utf8').replaceAll('#fff,', '#ffffff,');
  const pairs = [...card.matchAll(/light-dark\(([^)]*)\)/g)].map(([, pair]) => pair);
  expect(pairs.length).toBeGreaterThan(5);
  expect(pairs.filter((pair) => !tokens.includes(`light-dark(${pair})`))).toEqual([]);
  expect(card.replaceAll(/light-dark\([^)]*\)/g, '').match(color)).toEqual(['rgb(0 0 0 / 24%)']);
});

test('every duration is reduced for prefers-reduced-motion', () => {
  const reduced = tokens.slice(tokens.indexOf('prefers-reduced-motion'));
  const times = [...tokens.slice(0, tokens.indexOf('@media')).matchAll(/(--[\w-]+): [\d.]+m?s;/g)].map(
    ([, name]) => name,
  );
  expect(times.length).toBeGreaterThan(0);
  for (const name of times) expect(reduced).toContain(`${name}:`);
});
