import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sentences } from '../e2e/seed/sentences.ts';

const scenarios = readFileSync('tests/e2e/seed/seed.e2e.ts', 'utf8');

test.each(Object.keys(sentences))('the sentence %s of the specification has exactly one scenario', (name) => {
  expect(scenarios.split(`scenario('${name}'`)).toHaveLength(2);
});
