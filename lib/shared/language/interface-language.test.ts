import { expect, test } from 'vitest';
import { interfaceLanguage } from './interface-language.ts';

test.each([
  ['en', 'en-GB', 'en-GB'],
  ['en', 'sv-SE', 'en'],
  ['de', 'de-AT', 'de-AT'],
  ['pt-BR', 'pt-PT', 'pt-BR'],
  ['zh-CN', 'zh-CN', 'zh-CN'],
  ['ar', 'ar-EG', 'ar-EG-u-nu-latn'],
])('with the locale %s in a browser in %s the interface language is %s', (locale, browserLanguage, expected) => {
  expect(interfaceLanguage(locale, browserLanguage)).toBe(expected);
});

test('digits are Western in Arabic', () => {
  expect(new Intl.NumberFormat(interfaceLanguage('ar', 'ar-EG')).format(12)).toBe('12');
});
