import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Rows } from '../../lib/shared/tables/page-rows.ts';
import { callWhileVisible, nextCall } from './keep-awake.ts';
import type { QueryState } from './live-query.ts';

const nothing: Rows = {
  connections: [],
  accounts: [],
  methods: [],
  outbox: [],
  registrations: [],
  verifications: [],
  answers: [],
  confirmations: [],
};
const settling: Rows['outbox'][number] = {
  id: 'one',
  command: { kind: 'enable', accountId: 'account', methodId: 'mobile' },
  state: 'settling',
  readAt: 5_000,
  createdAt: 0,
  updatedAt: 0,
};
const waiting: Rows['registrations'][number] = {
  id: 'two',
  accountId: 'account',
  state: 'waiting',
  before: [],
  startedAt: 0,
  updatedAt: 0,
};

test('without a signed-in account and without waiting rows there is no next call', () => {
  expect(nextCall(nothing, 0)).toBeUndefined();
  expect(nextCall({ ...nothing, outbox: [{ ...settling, state: 'done' }] }, 0)).toBeUndefined();
  expect(nextCall({ ...nothing, registrations: [{ ...waiting, state: 'registered' }] }, 0)).toBeUndefined();
});

test('with a signed-in account the next call comes after about a minute', () => {
  const account = { id: 'account', session: 'signed-in' } as Rows['accounts'][number];
  expect(nextCall({ ...nothing, accounts: [account] }, 1_000)).toBe(66_000);
  expect(nextCall({ ...nothing, accounts: [account], outbox: [settling] }, 1_000)).toBe(5_000);
  expect(nextCall({ ...nothing, accounts: [{ ...account, session: 'signed-out' }] }, 1_000)).toBeUndefined();
});

test('the next call comes at the time of a re-read or some seconds after the last call for a registration, whichever is first', () => {
  expect(nextCall({ ...nothing, outbox: [settling] }, 1_000)).toBe(5_000);
  expect(nextCall({ ...nothing, registrations: [waiting] }, 1_000)).toBe(6_000);
  expect(nextCall({ ...nothing, outbox: [settling], registrations: [waiting] }, 1_000)).toBe(5_000);
});

test('a removal that the default method blocks is polled like a registration until it is dismissed', () => {
  const command = { kind: 'remove', accountId: 'account', methodId: 'mobile' } as const;
  const refused = {
    ...settling,
    accountId: 'account',
    command,
    state: 'failed',
    error: { kind: 'is-default-method', at: 0 },
  } as const;
  expect(nextCall({ ...nothing, outbox: [refused] }, 1_000)).toBe(6_000);
  expect(nextCall({ ...nothing, outbox: [{ ...refused, dismissed: true }] }, 1_000)).toBeUndefined();
});

describe('a visible page', () => {
  const page = Object.assign(new EventTarget(), { hidden: false });
  const frame = new EventTarget();
  const show = (isShown: boolean) => {
    page.hidden = !isShown;
    page.dispatchEvent(new Event('visibilitychange'));
  };
  const open = async (first: Rows) => {
    const call = vi.fn();
    const rows = signal<QueryState<Rows>>(first);
    callWhileVisible(rows, call);
    await vi.advanceTimersByTimeAsync(100);
    return { call, rows };
  };

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('document', page);
    vi.stubGlobal('window', frame);
    vi.stubGlobal('requestAnimationFrame', setTimeout);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test('calls once when it opens, even if it gains focus right after', async () => {
    const { call } = await open(nothing);
    expect(call).toHaveBeenCalledTimes(1);
    frame.dispatchEvent(new Event('focus'));
    expect(call).toHaveBeenCalledTimes(1);
  });

  test('calls when it gains focus again and when the network is back', async () => {
    const { call } = await open(nothing);
    await vi.advanceTimersByTimeAsync(2_000);
    frame.dispatchEvent(new Event('focus'));
    expect(call).toHaveBeenCalledTimes(2);
    frame.dispatchEvent(new Event('online'));
    expect(call).toHaveBeenCalledTimes(3);
  });

  test('calls at the due time even if it was hidden for a moment before', async () => {
    const { call, rows } = await open(nothing);
    show(false);
    rows.value = { ...nothing, outbox: [{ ...settling, readAt: Date.now() + 5_000 }] };
    show(true);
    expect(call).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(call).toHaveBeenCalledTimes(2);
  });
});
