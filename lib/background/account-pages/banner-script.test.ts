import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { requestPermission, withheldPatterns } from '../../../components/data/host-permissions.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { bannerScript } from './banner-script.ts';
import { createBannerRegistration } from './register-banner.ts';

/** Host permissions and registered content scripts as a browser keeps them. */
const fake = vi.hoisted(() => {
  const granted = new Set<string>();
  const registered = new Map<string, { id: string; matches: string[] }>();
  return {
    granted,
    registered,
    requested: [] as string[][],
    injected: [] as number[],
    badges: [] as string[],
    permissions: {
      contains: async ({ origins }: { origins: string[] }) => origins.every((origin) => granted.has(origin)),
      request: async ({ origins }: { origins: string[] }) => {
        fake.requested.push(origins);
        throw new Error('The browser does not ask.');
      },
    },
    scripting: {
      getRegisteredContentScripts: async ({ ids }: { ids: string[] }) => ids.flatMap((id) => registered.get(id) ?? []),
      unregisterContentScripts: async ({ ids }: { ids: string[] }) => void ids.map((id) => registered.delete(id)),
      registerContentScripts: async (scripts: { id: string; matches: string[] }[]) => {
        for (const script of scripts) registered.set(script.id, script);
      },
      executeScript: async ({ target }: { target: { tabId: number } }) => {
        fake.injected.push(target.tabId);
        throw new Error('Cannot access contents of the page.');
      },
    },
    tabs: {
      query: async ({ url }: { url: string[] }) => (url.length > 0 ? [{ id: 7 }] : []),
      sendMessage: async () => {
        throw new Error('Receiving end does not exist.');
      },
    },
    action: {
      setBadgeText: async ({ text }: { text: string }) => void fake.badges.push(text),
      setTitle: async () => {},
      setBadgeBackgroundColor: async () => {},
    },
  };
});
vi.mock('../../shared/browser.ts', () => ({ browser: fake }));
vi.mock('../../shared/language/translate.ts', () => ({ t: (key: string) => key }));

const pages = [
  'https://mysignins.microsoft.com/*',
  'https://myaccount.microsoft.com/*',
  'https://myprofile.microsoft.com/*',
];
let database: Database;

beforeEach(async () => {
  for (const page of pages) fake.granted.add(page);
  database = openDatabase(`script-${crypto.randomUUID()}`);
  await database.connections.add({
    ...{ id: 'tenant', cloud: 'global', tenant: 'contoso.example', clientId: 'client', connectedAt: 0 },
  });
  await database.accounts.add({
    ...{ id: 'account', connectionId: 'tenant', userName: 'one@contoso.example', name: 'One', loginHint: 'one' },
    ...{ session: 'signed-in', defaultMethod: 'unknown', failures: 0 },
  });
  await database.methods.add({
    ...{ accountId: 'account', id: 'mobile', type: 'mobile', masked: '+44 •••• 982', smsSignIn: 'notEnabled' },
  });
});
afterEach(() => database.delete());

const matches = () => fake.registered.get('banner')?.matches;

test('case 61: a page whose permission is revoked loses the banner, is asked for, and gets the banner back', async () => {
  const { update } = createBannerRegistration({ database, script: bannerScript, now: Date.now, wakeAt: () => {} });
  await update();
  expect(matches()).toEqual(pages);
  expect(await withheldPatterns(pages)).toEqual([]);

  fake.granted.delete('https://mysignins.microsoft.com/*');
  await update();
  expect(matches()).toEqual(pages.slice(1));
  expect(await withheldPatterns(pages)).toEqual(pages.slice(0, 1));
  await requestPermission(pages.slice(0, 1));
  expect(fake.requested).toEqual([pages.slice(0, 1)]);

  fake.granted.clear();
  await update();
  expect(matches()).toBeUndefined();
  expect(fake.badges.at(-1)).toBe('1');

  for (const page of pages) fake.granted.add(page);
  await update();
  expect(matches()).toEqual(pages);
  expect(fake.injected.length).toBeGreaterThan(0);
});
