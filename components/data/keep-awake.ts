// A visible page drives what waits: the background sleeps, and alarms are too slow while somebody is looking.
import { effect, type ReadonlySignal } from '@preact/signals';
import { accountsToPoll } from '../../lib/shared/model/accounts-to-poll.ts';
import { minPageSyncIntervalMs } from '../../lib/shared/model/page-sync-interval.ts';
import type { Rows } from '../../lib/shared/tables/page-rows.ts';
import { isThere, type Live } from './live.ts';

/** How often the service is asked for what is being changed on a page of its own. */
const registrationMs = 5_000;
/** What is changed elsewhere unannounced is seen on a page that stays open, as soon as the account may be read again. */
const openPageMs = minPageSyncIntervalMs + 5_000;
/** Least distance between two calls for the same wait, or for being looked at. */
const distanceMs = 2_000;
/** The first call, where nothing is drawn by then. */
const firstCallMs = 150;

/** When the background is to be called again, in milliseconds since 1970; undefined when nobody is signed in and nothing waits. */
export function nextCall(rows: Rows, calledAt: number): number | undefined {
  const { accounts, outbox, verifications } = rows;
  const times = outbox.flatMap(({ state, readAt }) => (state === 'settling' && readAt !== undefined ? [readAt] : []));
  times.push(...verifications.flatMap(({ readAt }) => readAt ?? []));
  if (accountsToPoll(rows, calledAt).size > 0) times.push(calledAt + registrationMs);
  if (accounts.some(({ session }) => session === 'signed-in')) times.push(calledAt + openPageMs);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/**
 * Calls when the page is shown or focused or the network is back, and while it is visible whenever something is due. The
 * first time once what is known is drawn, or cannot be: what the call sets off would hold up the drawing, most of all in
 * Firefox, where the background is started on the same thread.
 */
export function callWhileVisible(rows: ReadonlySignal<Live<Rows>>, call: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let calledAt = 0;
  let isDrawn = false;

  const callNow = () => {
    if (document.hidden || !isDrawn) return;
    calledAt = Date.now();
    call();
    schedule();
  };
  const dueOf = (current: Rows) => {
    try {
      return nextCall(current, calledAt);
    } catch {
      // Damaged rows: the background takes them out, and what is due is told by those that are left.
      return undefined;
    }
  };
  const schedule = () => {
    clearTimeout(timer);
    const current = rows.peek();
    if (!isThere(current) || document.hidden) return;
    const due = dueOf(current);
    if (due !== undefined) timer = setTimeout(callNow, Math.max(due, calledAt + distanceMs) - Date.now());
  };

  // A page that opens gets the focus right after it was drawn: what it would call for is under way.
  const shown = () => {
    const passed = Date.now() - calledAt;
    if (passed < 0 || passed >= distanceMs) callNow();
    else schedule();
  };
  document.addEventListener('visibilitychange', shown);
  window.addEventListener('focus', shown);
  window.addEventListener('online', callNow);
  const firstCall = () => {
    if (isDrawn) return;
    isDrawn = true;
    callNow();
  };
  // Where there is no database yet, the call is what has it made.
  setTimeout(firstCall, firstCallMs);
  effect(() => {
    if (!rows.value) return;
    if (isDrawn) schedule();
    // A frame is drawn after its callbacks.
    else requestAnimationFrame(() => setTimeout(firstCall));
  });
}
