// Every case has a test, and docs/security-cases.md says which. `npx vitest run scripts/security-cases -u` writes it.
import { expect, test } from 'vitest';
import { securityCases, securityCasesTable, testsByCase } from './security-cases.ts';

test('every number has a test, and every test a number that there is', () => {
  expect([...testsByCase().keys()].toSorted((one, other) => one - other).map(String)).toEqual(
    Object.keys(securityCases),
  );
});

test('docs/security-cases.md is up to date', async () => {
  await expect(securityCasesTable()).toMatchFileSnapshot('../docs/security-cases.md');
});
