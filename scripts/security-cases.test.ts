import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { securityCases, testsByCase } from './security-cases.ts';

const cases = securityCases();

test('the security cases are numbered from 1 without a gap', () => {
  expect(cases.length).toBeGreaterThan(60);
  expect(cases.map(({ number }) => number)).toEqual(cases.map((_, index) => index + 1));
});

test('every security case has a test, and every case number in a test title exists', () => {
  const numbers = [...testsByCase().keys()].toSorted((one, other) => one - other);
  expect(numbers).toEqual(cases.map(({ number }) => number));
});

test('every security case names a file that exists and a function that the file declares', () => {
  const wrong = cases.filter(({ file, name }) => {
    const declaration = new RegExp(`\\b(?:function|const|class) ${name}\\b|^\\s*(?:async )?${name}[:(]`, 'm');
    const use = new RegExp(`^${name}\\(`, 'm');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return !declaration.test(text) && !(file.endsWith('.test.ts') && use.test(text));
  });
  expect(wrong.map(({ number, file, name }) => `case ${number}: ${file} ${name}`)).toEqual([]);
});
