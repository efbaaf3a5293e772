import { describe, expect, test } from 'vitest';
import { NotAllowed, requireOwnPage, type Sender } from './trust.ts';

const own = { id: 'abcdefghijklmnopabcdefghijklmnop', origin: 'chrome-extension://abcdefghijklmnopabcdefghijklmnop' };
const page = `${own.origin}/popup.html`;

describe('is heard', () => {
  test('an own page, with its origin', () => {
    expect(() => requireOwnPage({ id: own.id, origin: own.origin, url: page }, own)).not.toThrow();
  });

  test('an own page that names only its address, as in Firefox', () => {
    expect(() => requireOwnPage({ id: own.id, url: `${own.origin}/options.html?section=it` }, own)).not.toThrow();
  });
});

describe('is refused', () => {
  test.each<[string, Sender]>([
    [
      'case 12: a content script, whatever its address says',
      { id: own.id, origin: 'https://mysignins.microsoft.com', url: page },
    ],
    ['case 13: another extension', { id: 'ponmlkjihgfedcbaponmlkjihgfedcba', origin: own.origin, url: page }],
    ['case 13: a web page that is connected from outside', { origin: 'https://mysignins.microsoft.com' }],
    ['case 15: a page of another origin', { id: own.id, url: 'https://www.contoso.example/popup.html' }],
    ['case 15: an origin that only begins like ours', { id: own.id, origin: `${own.origin}.contoso.example` }],
    ['case 16: a frame with an opaque origin', { id: own.id, origin: 'null', url: page }],
    ['case 16: a page without origin', { id: own.id, url: 'about:srcdoc' }],
    ['nobody', {}],
    ['our id alone', { id: own.id }],
  ])('%s', (_, sender) => {
    expect(() => requireOwnPage(sender, own)).toThrow(NotAllowed);
  });
});
