import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { policyKeys } from './catalog.ts';

const declares = ['setting-definitions.ts', 'catalog.ts'];
const sources = globSync('{components,entrypoints,lib}/**/*.{ts,tsx}')
  .filter((file) => !file.includes('.test.') && !declares.some((name) => file.endsWith(`lib/shared/policy/${name}`)))
  .map((file) => readFileSync(file, 'utf8'));

test.each(policyKeys)('the extension reads the managed setting %s', (key) => {
  expect(sources.some((text) => new RegExp(`\\b${key}\\b`).test(text))).toBe(true);
});
