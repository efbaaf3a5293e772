import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { securityCases, testsByCase } from './security-cases.ts';

const last = 84;
/** Cases whose rows are still to be written. */
const pending = new Set(Array.from({ length: 21 }, (_, index) => 64 + index));
const cases = securityCases();
const numbers = cases.map(({ number }) => number);
const tested = [...testsByCase().keys()];

test(`the security cases are numbered from 1 to ${last}, each once`, () => {
  const all = Array.from({ length: last }, (_, index) => index + 1);
  expect(all.filter((number) => !numbers.includes(number) && !pending.has(number))).toEqual([]);
  expect(numbers.toSorted((one, other) => one - other)).toEqual(all.filter((number) => numbers.includes(number)));
});

test('every security case has a test, and every case number in a test title exists', () => {
  expect(numbers.filter((number) => !tested.includes(number))).toEqual([]);
  expect(tested.filter((number) => !numbers.includes(number) && !pending.has(number))).toEqual([]);
});

test('every security case names a file of the product and a function that the file declares', () => {
  const wrong = cases.filter(({ file, name }) => {
    const escaped = RegExp.escape(name);
    const declaration = new RegExp(`\\b(?:function|const|class) ${escaped}\\b|^\\s*(?:async )?${escaped}[:(]`, 'm');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    // A file without functions decides by one of its lines.
    const isDeclared = file.endsWith('.ts') ? declaration.test(text) : text.split('\n').includes(name);
    return file.includes('.test.') || !isDeclared;
  });
  expect(wrong.map(({ number, file, name }) => `case ${number}: ${file} ${name}`)).toEqual([]);
});
