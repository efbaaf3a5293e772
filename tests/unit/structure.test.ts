// Rules of docs/architecture.md that dependency-cruiser cannot check.
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

function sourcesIn(folder: string): [file: string, text: string][] {
  return globSync(`${folder}/**/*.{ts,tsx}`)
    .filter((file) => !file.includes('.test.'))
    .map((file) => [file, readFileSync(file, 'utf8')]);
}

test('an entry point has at most 50 lines', () => {
  const entries = sourcesIn('entrypoints');
  expect(entries.length).toBeGreaterThanOrEqual(4);
  for (const [file, text] of entries) expect(text.trimEnd().split('\n').length, file).toBeLessThanOrEqual(50);
});

test('the popup and the options page send no network requests', () => {
  const components = sourcesIn('components');
  expect(components.length).toBeGreaterThan(20);
  expect(components.filter(([, text]) => /\bfetch\(/.test(text)).map(([file]) => file)).toEqual([]);
});
