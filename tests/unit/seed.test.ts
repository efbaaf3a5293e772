import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sentences } from '../e2e/seed/sentences.ts';

const scenarios = readFileSync('tests/e2e/seed/seed.e2e.ts', 'utf8');
const table = readFileSync('docs/seed.md', 'utf8');

test.each(Object.entries(sentences))('%s: a scenario, a row of the table, a picture', (name, { text }) => {
  expect(scenarios.split(`scenario('${name}'`)).toHaveLength(2);
  expect(table).toContain(text);
  expect(existsSync(`docs/seed/${name}.png`)).toBe(true);
});
