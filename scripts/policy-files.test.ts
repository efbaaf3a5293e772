// What was generated is what would be generated now.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { policyFiles } from './policy-files.ts';

test.each(Object.entries(policyFiles()))('%s is up to date: npm run generate', async (path, text) => {
  expect(await readFile(path, 'utf8')).toBe(text);
});
