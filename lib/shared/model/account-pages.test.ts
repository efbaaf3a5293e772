import { describe, expect, test } from 'vitest';
import { accountPageFrom, accountPagesInUse, everyAccountPage, isAccountPage, patternsOf } from './account-pages.ts';

const own = 'https://account.contoso.example/profile';

test('the pages of the clouds in use, and those of the organization', () => {
  expect(accountPagesInUse([{ cloud: 'global' }, { cloud: 'global' }], { accountPages: [own] })).toEqual([
    'https://mysignins.microsoft.com/security-info',
    'https://myaccount.microsoft.com/',
    'https://myprofile.microsoft.com/',
    own,
  ]);
  expect(accountPagesInUse([{ cloud: 'china' }], { accountPages: [] })).toEqual([]);
  expect(everyAccountPage({ accountPages: [own] })).toEqual(
    expect.arrayContaining(['https://mysignins.azure.us/security-info', own]),
  );
});

test('hosts are reached as a whole, each once', () => {
  expect(patternsOf([own, 'https://account.contoso.example/phones', 'https://www.contoso.example/'])).toEqual([
    'https://account.contoso.example/*',
    'https://www.contoso.example/*',
  ]);
});

describe('an address', () => {
  test.each([
    ['https://account.contoso.example', 'https://account.contoso.example/'],
    [' https://Account.Contoso.Example/Profile?tab=1#phones ', 'https://account.contoso.example/Profile'],
    ['https://konto.bücher.example/', 'https://konto.xn--bcher-kva.example/'],
    ['https://account.contoso.example:443/a/../b', 'https://account.contoso.example/b'],
  ])('%s is kept as %s', (text, kept) => {
    expect(accountPageFrom(text)).toBe(kept);
    expect(accountPageFrom(kept)).toBe(kept);
  });

  test.each([
    ['without encryption', 'http://account.contoso.example/'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:text/html,hello'],
    ['a file', 'file:///etc/hosts'],
    ['a port', 'https://account.contoso.example:8443/'],
    ['credentials', 'https://one:two@account.contoso.example/'],
    ['a wildcard', 'https://*.contoso.example/'],
    ['every host', 'https://*/*'],
    ['an IPv4 address', 'https://192.0.2.1/'],
    ['an IPv6 address', 'https://[2001:db8::1]/'],
    ['one word', 'https://intranet/'],
    ['nothing', ''],
    ['no address', 'account page'],
  ])('%s is none', (_, text) => expect(accountPageFrom(text)).toBeUndefined());
});

describe('a page', () => {
  const pages = [own, 'https://www.contoso.example/'];
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
