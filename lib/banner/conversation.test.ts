import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BannerContent } from '../messaging/banner-messages.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { createConversation } from './conversation.ts';
import type { Standing } from './offer.ts';
import { type AccountPageTabs, createReconciliation } from './reconcile.ts';

const tenantId = '6f1c2a8e-2f5d-4c7b-9a53-0e8f5c1d7b11';
const accountId = `${tenantId}.1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9`;
const about = { accountId, methodId: 'mobile' };
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
  const contentOf = ({ phase }: Standing) => ({ phase, about }) as BannerContent;
  return { openConfirm, sync, say: createConversation({ database, contentOf, openConfirm, sync, now }) };
}

test('a page that is shown gets its offer, and the service is followed', async () => {
  const { say, sync } = conversation();
  expect(await say({ say: 'shown' }, 1)).toMatchObject({ phase: 'offer' });
  expect(sync).toHaveBeenCalledOnce();
  expect(await say({ say: 'shown', tenant: 'elsewhere.example' }, 1)).toBe('not-here');
});

test('with nothing to offer there is no answer, and nobody is asked', async () => {
  await database.methods.update([accountId, 'mobile'], { smsSignIn: 'ready' });
  const { say, sync } = conversation();
  expect(await say({ say: 'shown' }, 1)).toBeUndefined();
  expect(sync).not.toHaveBeenCalled();
});

test('Enable opens the question in the window of the page, once in a few seconds, and writes nothing', async () => {
  const { say, openConfirm } = conversation();
  for (const _ of [1, 2, 3]) await say({ say: 'open', about }, 7);
  expect(openConfirm).toHaveBeenCalledExactlyOnceWith(about, true, 7);
  time += 3_000;
  await say({ say: 'open', about }, 7);
  expect(openConfirm).toHaveBeenCalledTimes(2);
  expect(await database.journal.count()).toBe(0);
});

test('what is not offered cannot be opened', async () => {
  const { say, openConfirm } = conversation();
  expect(await say({ say: 'open', about: { ...about, methodId: 'office' } }, 7)).toBeUndefined();
  expect(openConfirm).not.toHaveBeenCalled();
});

test('not now lasts a week, never lasts, and both go with the account', async () => {
  const { say } = conversation();
  await say({ say: 'snooze', about }, 1);
  expect(await say({ say: 'shown' }, 1)).toBeUndefined();
  time += 7 * 24 * 3_600_000;
  expect(await say({ say: 'shown' }, 1)).toMatchObject({ phase: 'offer' });
  await say({ say: 'never', about }, 1);
  time += 1_000 * 24 * 3_600_000;
  expect(await say({ say: 'shown' }, 1)).toBeUndefined();
});

function browserTabs(granted = pages) {
  const seen = { registered: [] as readonly string[], calls: [] as boolean[], badge: false };
  const tabs: AccountPageTabs = {
    reachable: async (patterns) => patterns.filter((pattern) => granted.includes(pattern)),
    async register(patterns) {
      const before = seen.registered.length > 0;
      seen.registered = patterns;
      return before;
    },
    call: async (_patterns, bring) => void seen.calls.push(bring),
    async badge(isShown) {
      seen.badge = isShown;
    },
  };
  const wakes: number[] = [];
  const { reconcile, follow } = createReconciliation({ database, tabs, now, wakeAt: (at) => void wakes.push(at) });
  return { seen, wakes, reconcile, follow };
}

test('the script is registered while there is something to offer, and goes with it', async () => {
  const { seen, follow } = browserTabs();
  follow();
  await vi.waitFor(() => expect(seen).toEqual({ registered: pages, calls: [true], badge: true }));
  await database.methods.update([accountId, 'mobile'], { smsSignIn: 'ready' });
  await vi.waitFor(() => expect(seen).toEqual({ registered: [], calls: [true, false], badge: false }));
});

test('with nothing to offer no page is reached, and a sync that changes nothing reaches none either', async () => {
  const { seen, reconcile } = browserTabs();
  await reconcile();
  await database.accounts.update(accountId, { syncedAt: time });
  await reconcile();
  expect(seen.calls).toEqual([true]);
  await database.methods.update([accountId, 'mobile'], { smsSignIn: 'ready' });
  await reconcile();
  await reconcile();
  expect(seen.calls).toEqual([true, false]);
});

test('where the person withheld the pages, nothing is registered, and the badge still says it', async () => {
  const { seen, reconcile } = browserTabs(pages.slice(1, 2));
  await reconcile();
  expect(seen).toMatchObject({ registered: pages.slice(1, 2), badge: true });
});

test('passes come one after the other, and the end of a snooze is waited for', async () => {
  const { wakes, reconcile } = browserTabs();
  await database.answers.add({ ...about, masked: '+44 •••• 982', snoozedUntil: time + 5_000 });
  await Promise.all([reconcile(), reconcile(), reconcile()]);
  expect(new Set(wakes)).toEqual(new Set([time + 5_000]));
});
