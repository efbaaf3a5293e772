import { describe, expect, test } from 'vitest';
import { NotAllowed, requireAccountPage, requireExtensionPage, type Sender } from './message-senders.ts';

const extension = {
  id: 'abcdefghijklmnopabcdefghijklmnop',
  origin: 'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
};
const page = `${extension.origin}/popup.html`;

describe('an extension page is accepted', () => {
  test('by its origin', () => {
    expect(() =>
      requireExtensionPage({ id: extension.id, origin: extension.origin, url: page }, extension),
    ).not.toThrow();
  });

  test('by its URL, if it has no origin (Firefox)', () => {
    expect(() =>
      requireExtensionPage({ id: extension.id, url: `${extension.origin}/options.html?section=it` }, extension),
    ).not.toThrow();
  });
});

describe('an extension page message is rejected from', () => {
  test.each<[string, Sender]>([
    [
      'case 12: a content script with the URL of an extension page',
      { id: extension.id, origin: 'https://mysignins.microsoft.com', url: page },
    ],
    ['case 13: another extension', { id: 'ponmlkjihgfedcbaponmlkjihgfedcba', origin: extension.origin, url: page }],
    ['case 13: a web page', { origin: 'https://mysignins.microsoft.com' }],
    ['case 15: a page of another origin', { id: extension.id, url: 'https://www.contoso.example/popup.html' }],
    ['case 15: an origin with the same beginning', { id: extension.id, origin: `${extension.origin}.contoso.example` }],
    ['case 16: a frame with an opaque origin', { id: extension.id, origin: 'null', url: page }],
    ['case 16: a page without origin', { id: extension.id, url: 'about:srcdoc' }],
    ['an empty sender', {}],
    ['a sender with an id only', { id: extension.id }],
  ])('%s', (_, sender) => {
    expect(() => requireExtensionPage(sender, extension)).toThrow(NotAllowed);
  });
});

describe('a banner message', () => {
  const tab = { windowId: 7 } as NonNullable<Sender['tab']>;
  const origin = 'https://mysignins.microsoft.com';
  const banner: Sender = { id: extension.id, origin, url: `${origin}/security-info`, frameId: 0, tab };

  test('is accepted from the top frame of an account page', () => {
    expect(requireAccountPage(banner, extension, new Set([origin]))).toEqual({ origin, windowId: 7 });
  });

  test.each<[string, Partial<Sender>]>([
    ['case 13: another extension', { id: 'ponmlkjihgfedcbaponmlkjihgfedcba' }],
    ['case 15: another page', { origin: 'https://www.contoso.example' }],
    ['case 15: an origin with the same beginning', { origin: `${origin}.contoso.example` }],
    ['case 15: an http page', { origin: 'http://mysignins.microsoft.com' }],
    ['case 16: a frame', { frameId: 3 }],
    ['a sender without a window', { tab: {} as NonNullable<Sender['tab']> }],
    ['case 16: an opaque origin', { origin: 'null' }],
    ['our extension page, which has messages of its extension', { origin: extension.origin, url: page }],
  ])('is rejected from %s', (_, change) => {
    expect(() => requireAccountPage({ ...banner, ...change }, extension, new Set([origin]))).toThrow(NotAllowed);
  });

  test('is rejected from a sender without a tab', () => {
    const { tab: _, ...rest } = banner;
    expect(() => requireAccountPage(rest, extension, new Set([origin]))).toThrow(NotAllowed);
  });
});
