import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const makesMarkup =
  /dangerouslySetInnerHTML|\b(inner|outer)HTML\s*=|insertAdjacentHTML|createContextualFragment|document\.write|parseFromString|srcdoc/;

test('case 23: the sources never turn text into markup', () => {
  const sources = globSync('{components,entrypoints,lib}/**/*.{ts,tsx}').filter((file) => !file.includes('.test.'));
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.filter((file) => makesMarkup.test(readFileSync(file, 'utf8')))).toEqual([]);
});
