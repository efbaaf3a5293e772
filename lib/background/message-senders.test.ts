import { describe, expect, test } from 'vitest';
import { NotAllowed, requireAccountPage, requireOwnPage, type Sender } from './message-senders.ts';

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

describe('the banner', () => {
  const tab = { windowId: 7 } as NonNullable<Sender['tab']>;
  const origin = 'https://mysignins.microsoft.com';
  const banner: Sender = { id: own.id, origin, url: `${origin}/security-info`, frameId: 0, tab };

  test('is heard from the top frame of an account page, and its window is known', () => {
    expect(requireAccountPage(banner, own, new Set([origin]))).toEqual({ origin, windowId: 7 });
  });

  test.each<[string, Partial<Sender>]>([
    ['case 13: another extension', { id: 'ponmlkjihgfedcbaponmlkjihgfedcba' }],
    ['case 15: a page that is no account page', { origin: 'https://www.contoso.example' }],
    ['case 15: an origin that only begins like one', { origin: `${origin}.contoso.example` }],
    ['case 15: without encryption', { origin: 'http://mysignins.microsoft.com' }],
    ['case 16: a frame', { frameId: 3 }],
    ['case 16: an opaque origin', { origin: 'null' }],
    ['our own page, which has messages of its own', { origin: own.origin, url: page }],
  ])('is refused: %s', (_, change) => {
    expect(() => requireAccountPage({ ...banner, ...change }, own, new Set([origin]))).toThrow(NotAllowed);
  });
});
