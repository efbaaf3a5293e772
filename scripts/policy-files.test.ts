import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { policyFiles } from './policy-files.ts';

test.each(Object.entries(policyFiles()))('%s is what npm run generate writes', async (path, text) => {
  expect(await readFile(path, 'utf8')).toBe(text);
});
