import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { waitFor } from '../../../scripts/driver/wait-for.ts';
import type { BannerContent } from '../../shared/messages/banner-messages.ts';
import type { BannerState } from '../../shared/model/banner-visibility.ts';
import { receivedPolicy } from '../../shared/policy/received.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { createBannerAnswer } from './answer-banner.ts';
import { type AccountPageTabs, createBannerRegistration } from './register-banner.ts';

const tenantId = '6f1c2a8e-2f5d-4c7b-9a53-0e8f5c1d7b11';
const accountId = `${tenantId}.1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9`;
const about = { accountId, methodId: 'mobile' };
const shown = { say: 'shown', path: '/security-info' } as const;
const page = { origin: 'https://mysignins.microsoft.com', windowId: 1 };
const pages = [
  'https://mysignins.microsoft.com/*',
  'https://myaccount.microsoft.com/*',
  'https://myprofile.microsoft.com/*',
];

let database: Database;
let time: number;
const now = () => time;

beforeEach(async () => {
  time = 1_700_000_000_000;
  database = openDatabase(`banner-${crypto.randomUUID()}`);
  const connection = {
    id: tenantId,
    cloud: 'global',
    tenant: 'contoso.example',
    clientId: tenantId,
    connectedAt: 0,
  } as const;
  await database.connections.add(connection);
  await database.accounts.add({
    ...{ id: accountId, connectionId: tenantId, userName: 'one@contoso.example', name: 'One', loginHint: 'one' },
    ...{ session: 'signed-in', defaultMethod: 'unknown', failures: 0 },
  });
  await database.methods.add({
    accountId,
    id: 'mobile',
    type: 'mobile',
    masked: '+44 •••• 982',
    smsSignIn: 'notEnabled',
  });
});
afterEach(() => database.delete());

function conversation() {
  const openConfirm = vi.fn(async () => {});
  const sync = vi.fn();
  const bannerContent = ({ phase }: BannerState) => ({ phase, about }) as BannerContent;
  return { openConfirm, sync, say: createBannerAnswer({ database, bannerContent, openConfirm, sync, now }) };
}

test('a page that is shown gets its offer, and the service is followed', async () => {
  const { say, sync } = conversation();
  expect(await say(shown, page)).toMatchObject({ phase: 'offer' });
  expect(sync).toHaveBeenCalledOnce();
  expect(await say({ ...shown, tenant: 'elsewhere.example' }, page)).toBe('not-here');
});

test('with nothing to offer there is no answer, and nobody is asked', async () => {
  await database.methods.update([accountId, 'mobile'], { smsSignIn: 'ready' });
  const { say, sync } = conversation();
  expect(await say(shown, page)).toBeUndefined();
  expect(sync).not.toHaveBeenCalled();
});

test('Enable opens the question in the window of the page, once in a few seconds, and writes nothing', async () => {
  const { say, openConfirm } = conversation();
  for (const _ of [1, 2, 3]) await say({ say: 'open', about }, { ...page, windowId: 7 });
  expect(openConfirm).toHaveBeenCalledExactlyOnceWith(about, true, 7);
  time += 3_000;
  await say({ say: 'open', about }, { ...page, windowId: 7 });
  expect(openConfirm).toHaveBeenCalledTimes(2);
  expect(await database.outbox.count()).toBe(0);
});

test('on other pages of the same host it keeps still, and is there again', async () => {
  const { say } = conversation();
  expect(await say({ ...shown, path: '/register' }, page)).toBe('not-here');
  expect(await say({ ...shown, path: '/register', about }, page)).toBe('not-here');
  expect(await say({ ...shown, path: '/security-info/add', about }, page)).toMatchObject({ phase: 'offer' });
});

test('it is on the pages that were configured, and on no others of their hosts', async () => {
  const { say } = conversation();
  const own = { ...page, origin: 'https://account.contoso.example' };
  expect(await say({ ...shown, path: '/profile' }, own)).toBe('not-here');
  await database.settings.put({ id: 'settings', accountPages: ['https://account.contoso.example/profile'] });
  expect(await say({ ...shown, path: '/profile/phones' }, own)).toMatchObject({ phase: 'offer' });
  expect(await say({ ...shown, path: '/' }, own)).toBe('not-here');
});

test('a banner that was switched off ends wherever it is', async () => {
  const { say } = conversation();
  await database.settings.put({ id: 'settings', banner: false });
  expect(await say({ ...shown, about }, page)).toBeUndefined();
  expect(await say({ say: 'open', about }, page)).toBeUndefined();
});

test('what is not offered cannot be opened', async () => {
  const { say, openConfirm } = conversation();
  expect(await say({ say: 'open', about: { ...about, methodId: 'office' } }, { ...page, windowId: 7 })).toBeUndefined();
  expect(openConfirm).not.toHaveBeenCalled();
});

test('not now lasts a week, never lasts, and both go with the account', async () => {
  const { say } = conversation();
  await say({ say: 'snooze', about }, page);
  expect(await say(shown, page)).toBeUndefined();
  time += 7 * 24 * 3_600_000;
  expect(await say(shown, page)).toMatchObject({ phase: 'offer' });
  await say({ say: 'never', about }, page);
  time += 1_000 * 24 * 3_600_000;
  expect(await say(shown, page)).toBeUndefined();
});

function browserTabs(granted = pages) {
  const seen = { registered: [] as readonly string[], calls: [] as string[], badge: 0 };
  const tabs: AccountPageTabs = {
    reachable: async (patterns) => patterns.filter((pattern) => granted.includes(pattern)),
    async register(patterns) {
      const before = seen.registered;
      seen.registered = patterns;
      return before;
    },
    async call(patterns, bring) {
      if (patterns.length > 0) seen.calls.push(bring ? 'brought' : 'called');
    },
    async badge(count) {
      seen.badge = count;
    },
  };
  const wakes: number[] = [];
  const { reconcile, follow } = createBannerRegistration({ database, tabs, now, wakeAt: (at) => void wakes.push(at) });
  return { seen, wakes, reconcile, follow };
}

test('the script is registered while there is something to offer, and goes with it', async () => {
  const { seen, follow } = browserTabs();
  follow();
  await waitFor(() => expect(seen).toEqual({ registered: pages, calls: ['brought'], badge: 1 }));
  await database.methods.update([accountId, 'mobile'], { smsSignIn: 'ready' });
  await waitFor(() => expect(seen).toEqual({ registered: [], calls: ['brought', 'called'], badge: 0 }));
});

test('with nothing to offer no page is reached, and a sync that changes nothing reaches none either', async () => {
  const { seen, reconcile } = browserTabs();
  await reconcile();
  await database.accounts.update(accountId, { syncedAt: time });
  await reconcile();
  expect(seen.calls).toEqual(['brought']);
  await database.methods.update([accountId, 'mobile'], { smsSignIn: 'ready' });
  await reconcile();
  await reconcile();
  expect(seen.calls).toEqual(['brought', 'called']);
});

test('a banner that is switched off leaves nothing on pages, and no badge', async () => {
  const { seen, follow } = browserTabs();
  follow();
  await waitFor(() => expect(seen).toEqual({ registered: pages, calls: ['brought'], badge: 1 }));
  await database.settings.put({ id: 'settings', banner: false });
  await waitFor(() => expect(seen).toEqual({ registered: [], calls: ['brought', 'called'], badge: 0 }));
});

test('pages that were configured are reached, once they may be', async () => {
  const own = 'https://account.contoso.example/*';
  await database.settings.put({ id: 'settings', accountPages: ['https://account.contoso.example/profile'] });
  const granted = [...pages];
  const { seen, reconcile } = browserTabs(granted);
  await reconcile();
  expect(seen.registered).toEqual(pages);
  granted.push(own);
  await reconcile();
  expect(seen.registered).toEqual([...pages, own]);
  expect(seen.calls).toEqual(['brought', 'brought']);
  granted.pop();
  await reconcile();
  expect(seen.registered).toEqual(pages);
});

test('the badge counts numbers: one that is offered and to be looked at counts once', async () => {
  const { seen, reconcile } = browserTabs();
  const confirmation = { ...about, masked: '+44 •••• 982', confirmedAt: time - 181 * 24 * 3_600_000 };
  await database.confirmations.add(confirmation);
  await reconcile();
  expect(seen.badge).toBe(1);
  const alternate = { accountId, id: 'alternate', type: 'alternateMobile', masked: '+44 •••• 417' } as const;
  await database.methods.add({ ...alternate, smsSignIn: 'notSupported' });
  await database.confirmations.add({ ...confirmation, methodId: 'alternate', masked: '+44 •••• 417' });
  await reconcile();
  expect(seen.badge).toBe(2);
  await database.settings.put({ id: 'settings', banner: false });
  await database.confirmations.update([accountId, 'mobile'], { confirmedAt: time });
  await reconcile();
  expect(seen).toMatchObject({ registered: [], badge: 1 });
  await database.settings.put({ id: 'settings', banner: false, numberReminder: false });
  await reconcile();
  expect(seen.badge).toBe(0);
});

test('case 61: where the person withheld the pages, nothing is registered, and the badge still says it', async () => {
  const { seen, reconcile } = browserTabs(pages.slice(1, 2));
  await reconcile();
  expect(seen).toMatchObject({ registered: pages.slice(1, 2), badge: 1 });
});

test('passes come one after the other, and the end of a snooze is waited for', async () => {
  const { wakes, reconcile } = browserTabs();
  await database.answers.add({ ...about, masked: '+44 •••• 982', snoozedUntil: time + 5_000 });
  await Promise.all([reconcile(), reconcile(), reconcile()]);
  expect(new Set(wakes)).toEqual(new Set([time + 5_000]));
});

describe('under managed policy', () => {
  async function receive(policy: object): Promise<void> {
    await database.policy.delete('managed');
    const received = await receivedPolicy(policy, time);
    if (received) await database.policy.put(received);
  }

  test.each([{ bannerMode: 'off' }, { smsSignIn: 'off' }, { paused: true }, { tenantLock: true }])(
    '%j: no banner, in tabs that are open either, and again when it goes',
    async (policy) => {
      const { seen, follow } = browserTabs();
      follow();
      await waitFor(() => expect(seen).toMatchObject({ registered: pages, badge: 1 }));
      await receive(policy);
      await waitFor(() => expect(seen).toMatchObject({ registered: [], badge: 0 }));
      expect(await conversation().say(shown, page)).toBeUndefined();
      await receive({});
      await waitFor(() => expect(seen).toMatchObject({ registered: pages, badge: 1 }));
    },
  );

  test('days until it asks again, and once only', async () => {
    const { say } = conversation();
    await receive({ snoozeDays: 2 });
    await say({ say: 'snooze', about }, page);
    time += 2 * 24 * 3_600_000 - 1;
    expect(await say(shown, page)).toBeUndefined();
    time += 1;
    expect(await say(shown, page)).toMatchObject({ phase: 'offer' });
    await receive({ bannerMode: 'once' });
    expect(await say(shown, page)).toBeUndefined();
  });

  test('it begins and ends with its days, and is waited for', async () => {
    const { seen, wakes, reconcile } = browserTabs();
    await receive({ bannerStart: '2023-11-20', bannerEnd: '2023-11-21' });
    await reconcile();
    expect(seen.registered).toEqual([]);
    time = new Date('2023-11-20T00:00:00').getTime();
    expect(wakes).toEqual([time]);
    await reconcile();
    expect(seen.registered).toEqual(pages);
    time = new Date('2023-11-22T00:00:00').getTime();
    expect(wakes.at(-1)).toBe(time);
    await reconcile();
    expect(seen.registered).toEqual([]);
  });

  test('further account pages, in place of those a person has entered', async () => {
    const own = ['https://account.contoso.example/*', 'https://elsewhere.example/*'];
    await database.settings.put({ id: 'settings', accountPages: ['https://elsewhere.example/'] });
    await receive({ accountPages: ['https://account.contoso.example/profile'] });
    const { seen, reconcile } = browserTabs([...pages, ...own]);
    await reconcile();
    expect(seen.registered).toEqual([...pages, own[0]]);
  });
});
