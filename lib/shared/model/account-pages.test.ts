import { describe, expect, test } from 'vitest';
import { accountPageFrom, accountPagesInUse, everyAccountPage, isAccountPage, patternsOf } from './account-pages.ts';

const configured = 'https://account.contoso.example/profile';

test('account pages in use are those of the connected clouds and the configured ones', () => {
  expect(accountPagesInUse([{ cloud: 'global' }, { cloud: 'global' }], { accountPages: [configured] })).toEqual([
    'https://mysignins.microsoft.com/security-info',
    'https://myaccount.microsoft.com/',
    'https://myprofile.microsoft.com/',
    configured,
  ]);
  expect(accountPagesInUse([{ cloud: 'china' }], { accountPages: [] })).toEqual([]);
  expect(everyAccountPage({ accountPages: [configured] })).toEqual(
    expect.arrayContaining(['https://mysignins.azure.us/security-info', configured]),
  );
});

test('match patterns cover whole hosts without duplicates', () => {
  expect(patternsOf([configured, 'https://account.contoso.example/phones', 'https://www.contoso.example/'])).toEqual([
    'https://account.contoso.example/*',
    'https://www.contoso.example/*',
  ]);
});

describe('an account page address', () => {
  test.each([
    ['https://account.contoso.example', 'https://account.contoso.example/'],
    [' https://Account.Contoso.Example/Profile?tab=1#phones ', 'https://account.contoso.example/Profile'],
    ['https://konto.bücher.example/', 'https://konto.xn--bcher-kva.example/'],
    ['https://account.contoso.example:443/a/../b', 'https://account.contoso.example/b'],
  ])('%s is normalized to %s', (text, normalized) => {
    expect(accountPageFrom(text)).toBe(normalized);
    expect(accountPageFrom(normalized)).toBe(normalized);
  });

  test.each([
    ['http', 'http://account.contoso.example/'],
    ['a javascript URL', 'javascript:alert(1)'],
    ['a data URL', 'data:text/html,hello'],
    ['a file URL', 'file:///etc/hosts'],
    ['a port', 'https://account.contoso.example:8443/'],
    ['credentials', 'https://one:two@account.contoso.example/'],
    ['a wildcard', 'https://*.contoso.example/'],
    ['every host', 'https://*/*'],
    ['an IPv4 address', 'https://192.0.2.1/'],
    ['an IPv6 address', 'https://[2001:db8::1]/'],
    ['a single word', 'https://intranet/'],
    ['an empty text', ''],
    ['a text that is no URL', 'account page'],
  ])('is rejected: %s', (_, text) => expect(accountPageFrom(text)).toBeUndefined());
});

describe('whether a page is an account page', () => {
  const pages = [configured, 'https://www.contoso.example/'];
  test.each([
    ['https://account.contoso.example', '/profile', true],
    ['https://account.contoso.example', '/profile/', true],
    ['https://account.contoso.example', '/profile/phones', true],
    ['https://account.contoso.example', '/profiles', false],
    ['https://account.contoso.example', '/', false],
    ['https://account.contoso.example', '/elsewhere/profile', false],
    ['https://www.contoso.example', '/anything', true],
    ['https://contoso.example', '/profile', false],
  ])('%s%s: %s', (origin, path, is) => expect(isAccountPage(origin, path, pages)).toBe(is));
});
