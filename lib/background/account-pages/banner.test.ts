import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { waitFor } from '../../../scripts/driver/wait-for.ts';
import type { BannerContent } from '../../shared/messages/banner-messages.ts';
import type { BannerState } from '../../shared/model/banner-visibility.ts';
import { receivedPolicy } from '../../shared/policy/received.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { createBannerAnswer } from './answer-banner.ts';
import type { BannerScript } from './banner-script.ts';
import { createBannerRegistration } from './register-banner.ts';

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

function answering() {
  const openConfirm = vi.fn(async () => {});
  const sync = vi.fn();
  const bannerContent = ({ phase }: BannerState) => ({ phase, about }) as BannerContent;
  return { openConfirm, sync, answer: createBannerAnswer({ database, bannerContent, openConfirm, sync, now }) };
}

test('a page that shows the banner gets its offer and starts a sync', async () => {
  const { answer, sync } = answering();
  expect(await answer(shown, page)).toMatchObject({ phase: 'offer' });
  expect(sync).toHaveBeenCalledOnce();
  expect(await answer({ ...shown, tenant: 'elsewhere.example' }, page)).toBe('not-here');
});

test('without an offer a page gets no banner and starts no sync', async () => {
  await database.methods.update([accountId, 'mobile'], { smsSignIn: 'ready' });
  const { answer, sync } = answering();
  expect(await answer(shown, page)).toBeUndefined();
  expect(sync).not.toHaveBeenCalled();
});

test('Enable opens the popup in the window of the page at most once in three seconds and writes no command', async () => {
  const { answer, openConfirm } = answering();
  for (const _ of [1, 2, 3]) await answer({ say: 'open', about }, { ...page, windowId: 7 });
  expect(openConfirm).toHaveBeenCalledExactlyOnceWith(about, true, 7);
  time += 3_000;
  await answer({ say: 'open', about }, { ...page, windowId: 7 });
  expect(openConfirm).toHaveBeenCalledTimes(2);
  expect(await database.outbox.count()).toBe(0);
});

test('other pages of the same host get no banner', async () => {
  const { answer } = answering();
  expect(await answer({ ...shown, path: '/register' }, page)).toBe('not-here');
  expect(await answer({ ...shown, path: '/register', about }, page)).toBe('not-here');
  expect(await answer({ ...shown, path: '/security-info/add', about }, page)).toMatchObject({ phase: 'offer' });
});

test('configured pages get the banner and other pages of their hosts do not', async () => {
  const { answer } = answering();
  const configured = { ...page, origin: 'https://account.contoso.example' };
  expect(await answer({ ...shown, path: '/profile' }, configured)).toBe('not-here');
  await database.settings.put({ id: 'settings', accountPages: ['https://account.contoso.example/profile'] });
  expect(await answer({ ...shown, path: '/profile/phones' }, configured)).toMatchObject({ phase: 'offer' });
  expect(await answer({ ...shown, path: '/' }, configured)).toBe('not-here');
});

test('a banner that was turned off ends on every page', async () => {
  const { answer } = answering();
  await database.settings.put({ id: 'settings', banner: false });
  expect(await answer({ ...shown, about }, page)).toBeUndefined();
  expect(await answer({ say: 'open', about }, page)).toBeUndefined();
});

test('a number that is not offered cannot be opened', async () => {
  const { answer, openConfirm } = answering();
  expect(
    await answer({ say: 'open', about: { ...about, methodId: 'office' } }, { ...page, windowId: 7 }),
  ).toBeUndefined();
  expect(openConfirm).not.toHaveBeenCalled();
});

test('the banner is hidden for a week after not now and forever after never', async () => {
  const { answer } = answering();
  await answer({ say: 'snooze', about }, page);
  expect(await answer(shown, page)).toBeUndefined();
  time += 7 * 24 * 3_600_000;
  expect(await answer(shown, page)).toMatchObject({ phase: 'offer' });
  await answer({ say: 'never', about }, page);
  time += 1_000 * 24 * 3_600_000;
  expect(await answer(shown, page)).toBeUndefined();
});

function registration(granted = pages) {
  const seen = { registered: [] as readonly string[], refreshes: [] as string[], badge: 0 };
  const script: BannerScript = {
    permitted: async (patterns) => patterns.filter((pattern) => granted.includes(pattern)),
    async register(patterns) {
      const before = seen.registered;
      seen.registered = patterns;
      return before;
    },
    async refresh(patterns, inject) {
      if (patterns.length > 0) seen.refreshes.push(inject ? 'inject' : 'ask');
    },
    async badge(count) {
      seen.badge = count;
    },
  };
  const wakes: number[] = [];
  const { update, follow } = createBannerRegistration({ database, script, now, wakeAt: (at) => void wakes.push(at) });
  return { seen, wakes, update, follow };
}

test('the content script is registered while a number can be enabled', async () => {
  const { seen, follow } = registration();
  follow();
  await waitFor(() => expect(seen).toEqual({ registered: pages, refreshes: ['inject'], badge: 1 }));
  await database.methods.update([accountId, 'mobile'], { smsSignIn: 'ready' });
  await waitFor(() => expect(seen).toEqual({ registered: [], refreshes: ['inject', 'ask'], badge: 0 }));
});

test('open tabs are refreshed only if the state of the banner has changed', async () => {
  const { seen, update } = registration();
  await update();
  await database.accounts.update(accountId, { syncedAt: time });
  await update();
  expect(seen.refreshes).toEqual(['inject']);
  await database.methods.update([accountId, 'mobile'], { smsSignIn: 'ready' });
  await update();
  await update();
  expect(seen.refreshes).toEqual(['inject', 'ask']);
});

test('turning the banner off unregisters the content script and clears the badge', async () => {
  const { seen, follow } = registration();
  follow();
  await waitFor(() => expect(seen).toEqual({ registered: pages, refreshes: ['inject'], badge: 1 }));
  await database.settings.put({ id: 'settings', banner: false });
  await waitFor(() => expect(seen).toEqual({ registered: [], refreshes: ['inject', 'ask'], badge: 0 }));
});

test('configured pages are registered once the host permission is granted', async () => {
  const configured = 'https://account.contoso.example/*';
  await database.settings.put({ id: 'settings', accountPages: ['https://account.contoso.example/profile'] });
  const granted = [...pages];
  const { seen, update } = registration(granted);
  await update();
  expect(seen.registered).toEqual(pages);
  granted.push(configured);
  await update();
  expect(seen.registered).toEqual([...pages, configured]);
  expect(seen.refreshes).toEqual(['inject', 'inject']);
  granted.pop();
  await update();
  expect(seen.registered).toEqual(pages);
});

test('the badge counts a number that can be enabled and is due for review once', async () => {
  const { seen, update } = registration();
  const confirmation = { ...about, masked: '+44 •••• 982', confirmedAt: time - 181 * 24 * 3_600_000 };
  await database.confirmations.add(confirmation);
  await update();
  expect(seen.badge).toBe(1);
  const alternate = { accountId, id: 'alternate', type: 'alternateMobile', masked: '+44 •••• 417' } as const;
  await database.methods.add({ ...alternate, smsSignIn: 'notSupported' });
  await database.confirmations.add({ ...confirmation, methodId: 'alternate', masked: '+44 •••• 417' });
  await update();
  expect(seen.badge).toBe(2);
  await database.settings.put({ id: 'settings', banner: false });
  await database.confirmations.update([accountId, 'mobile'], { confirmedAt: time });
  await update();
  expect(seen).toMatchObject({ registered: [], badge: 1 });
  await database.settings.put({ id: 'settings', banner: false, numberReminder: false });
  await update();
  expect(seen.badge).toBe(0);
});

test('an update schedules the next one for the end of a snooze', async () => {
  const { wakes, update } = registration();
  await database.answers.add({ ...about, masked: '+44 •••• 982', snoozedUntil: time + 5_000 });
  await Promise.all([update(), update(), update()]);
  expect(new Set(wakes)).toEqual(new Set([time + 5_000]));
});

describe('under managed policy', () => {
  async function receive(policy: object): Promise<void> {
    await database.policy.delete('managed');
    const received = await receivedPolicy(policy, time);
    if (received) await database.policy.put(received);
  }

  test.each([{ bannerMode: 'off' }, { smsSignIn: 'off' }, { paused: true }, { tenantLock: true }])(
    'the policy %j removes the banner until the policy is removed',
    async (policy) => {
      const { seen, follow } = registration();
      follow();
      await waitFor(() => expect(seen).toMatchObject({ registered: pages, badge: 1 }));
      await receive(policy);
      await waitFor(() => expect(seen).toMatchObject({ registered: [], badge: 0 }));
      expect(await answering().answer(shown, page)).toBeUndefined();
      await receive({});
      await waitFor(() => expect(seen).toMatchObject({ registered: pages, badge: 1 }));
    },
  );

  test('snoozeDays sets the length of a snooze and the mode once makes it permanent', async () => {
    const { answer } = answering();
    await receive({ snoozeDays: 2 });
    await answer({ say: 'snooze', about }, page);
    time += 2 * 24 * 3_600_000 - 1;
    expect(await answer(shown, page)).toBeUndefined();
    time += 1;
    expect(await answer(shown, page)).toMatchObject({ phase: 'offer' });
    await receive({ bannerMode: 'once' });
    expect(await answer(shown, page)).toBeUndefined();
  });

  test('the banner starts and ends with the campaign', async () => {
    const { seen, wakes, update } = registration();
    await receive({ bannerStart: '2023-11-20', bannerEnd: '2023-11-21' });
    await update();
    expect(seen.registered).toEqual([]);
    time = new Date('2023-11-20T00:00:00').getTime();
    expect(wakes).toEqual([time]);
    await update();
    expect(seen.registered).toEqual(pages);
    time = new Date('2023-11-22T00:00:00').getTime();
    expect(wakes.at(-1)).toBe(time);
    await update();
    expect(seen.registered).toEqual([]);
  });

  test('managed account pages replace those of the user', async () => {
    const hosts = ['https://account.contoso.example/*', 'https://elsewhere.example/*'];
    await database.settings.put({ id: 'settings', accountPages: ['https://elsewhere.example/'] });
    await receive({ accountPages: ['https://account.contoso.example/profile'] });
    const { seen, update } = registration([...pages, ...hosts]);
    await update();
    expect(seen.registered).toEqual([...pages, hosts[0]]);
  });
});
