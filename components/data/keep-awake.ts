// A visible page wakes the service worker whenever something is due: alarms are too slow for a waiting user.
import { effect, type ReadonlySignal } from '@preact/signals';
import { accountsToPoll, minPageSyncIntervalMs } from '../../lib/shared/model/accounts-to-poll.ts';
import type { Rows } from '../../lib/shared/tables/page-rows.ts';
import { isLoaded, type QueryState } from './live-query.ts';
import { log } from './log.ts';

/** How often the service is asked for a change that the user makes on one of its pages. */
const registrationMs = 5_000;
/** How often an open page looks for other changes: as soon as the account may be read again. */
const openPageMs = minPageSyncIntervalMs + 5_000;
/** Least time between two calls for the same wait, or for gaining focus. */
const distanceMs = 2_000;
/** The first call comes after this time even if nothing is rendered by then. */
const firstCallMs = 150;

/** When to call the service worker again, in milliseconds since 1970; undefined if no account is signed in and nothing waits. */
export function nextCall(rows: Rows, calledAt: number): number | undefined {
  const { accounts, outbox, verifications } = rows;
  const times = outbox.flatMap(({ state, readAt }) => (state === 'settling' && readAt !== undefined ? [readAt] : []));
  times.push(...verifications.flatMap(({ readAt }) => readAt ?? []));
  if (accountsToPoll(rows, calledAt).size > 0) times.push(calledAt + registrationMs);
  if (accounts.some(({ session }) => session === 'signed-in')) times.push(calledAt + openPageMs);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/**
 * Calls when the page is shown or focused, when the network is back, and whenever something is due. The first call waits
 * until the page is rendered: Firefox starts the service worker on the same thread.
 */
export function callWhileVisible(rows: ReadonlySignal<QueryState<Rows>>, call: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let calledAt = 0;
  let isRendered = false;

  const callNow = () => {
    if (document.hidden || !isRendered) return;
    calledAt = Date.now();
    call();
    schedule();
  };
  const schedule = () => {
    clearTimeout(timer);
    const current = rows.peek();
    if (!isLoaded(current) || document.hidden) return;
    try {
      const due = nextCall(current, calledAt);
      if (due !== undefined) timer = setTimeout(callNow, Math.max(due, calledAt + distanceMs) - Date.now());
    } catch (error) {
      // The page reports damaged rows when it cannot render them.
      log('The next call could not be computed.', error);
    }
  };

  // A page gains focus right after it was rendered, when its first call is under way.
  const onShown = () => {
    const passed = Date.now() - calledAt;
    if (passed < 0 || passed >= distanceMs) callNow();
    else schedule();
  };
  document.addEventListener('visibilitychange', onShown);
  window.addEventListener('focus', onShown);
  window.addEventListener('online', callNow);
  const firstCall = () => {
    if (isRendered) return;
    isRendered = true;
    callNow();
  };
  // The first call also makes the service worker create the database.
  setTimeout(firstCall, firstCallMs);
  effect(() => {
    if (!rows.value) return;
    if (isRendered) schedule();
    // A frame is painted after its callbacks.
    else requestAnimationFrame(() => setTimeout(firstCall));
  });
}
