import { expect, test } from 'vitest';
import { interfaceLanguage } from './interface-language.ts';

test.each([
  ['en', 'en-GB', 'en-GB'],
  ['en', 'sv-SE', 'en'],
  ['de', 'de-AT', 'de-AT'],
  ['pt-BR', 'pt-PT', 'pt-BR'],
  ['zh-CN', 'zh-CN', 'zh-CN'],
  ['ar', 'ar-EG', 'ar-EG-u-nu-latn'],
])('words in %s, a browser in %s: %s', (ofWords, ofBrowser, expected) => {
  expect(interfaceLanguage(ofWords, ofBrowser)).toBe(expected);
});

test('digits are those of phone numbers and codes', () => {
  expect(new Intl.NumberFormat(interfaceLanguage('ar', 'ar-EG')).format(12)).toBe('12');
});
