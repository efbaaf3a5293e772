// Every case has a test, and docs/security-cases.md says which. `npx vitest run scripts/security-cases -u` writes it,
// `npm run security-table` with new results.
import { expect, test } from 'vitest';
import { readResults, securityCases, securityCasesTable, testsByCase } from './security-cases.ts';

test('every number has a test, and every test a number that there is', () => {
  expect([...testsByCase().keys()].toSorted((one, other) => one - other).map(String)).toEqual(
    Object.keys(securityCases),
  );
});

test('the last runs ended well', () => {
  const counts = Object.values(readResults()).flatMap(({ tests }) => Object.values(tests).flatMap(Object.values));
  expect(counts.length).toBeGreaterThan(60);
  for (const { failed } of counts) expect(failed).toBe(0);
});

test('docs/security-cases.md is up to date', async () => {
  await expect(securityCasesTable(readResults())).toMatchFileSnapshot('../docs/security-cases.md');
});
