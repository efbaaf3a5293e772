// The page of all states shows them all, and nothing that is gone: `npm run states` writes it anew.
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bannerStates } from '../../scripts/look/banner-states.ts';
import { statesAt } from '../../scripts/look/states.ts';

const page = readFileSync('docs/states.md', 'utf8');
const names = [...statesAt(0), ...bannerStates].map(({ name }) => name);

test('every state has its picture on the page', () => {
  expect([...page.matchAll(/^### (.*)$/gm)].map(([, name]) => name).sort()).toEqual(names.toSorted());
});

test('every picture is on the page', () => {
  const shown = [...page.matchAll(/\]\((states\/[^)]*)\)/g)].map(([, path]) => `docs/${path}`);
  expect(new Set(shown).size, 'a picture of its own for each state').toBe(names.length);
  expect(globSync('docs/states/*').sort()).toEqual(shown.sort());
});
