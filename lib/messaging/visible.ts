// A visible page drives what waits: the background sleeps, and alarms are too slow while somebody is looking.
import { effect, type ReadonlySignal } from '@preact/signals';
import { isAwaitedFromElsewhere } from '../account/default-in-the-way.ts';
import type { Live } from '../store/live.ts';
import type { Rows } from '../store/rows.ts';

/** How often the service is asked for what is being changed on a page of its own. */
const registrationMs = 5_000;
/** Least distance between two calls for the same wait. */
const distanceMs = 2_000;

/** When the background is to be called again, in milliseconds since 1970; undefined when nothing waits. */
export function nextCall({ journal, registrations, verifications }: Rows, calledAt: number): number | undefined {
  const times = journal.flatMap(({ state, readAt }) => (state === 'settling' && readAt !== undefined ? [readAt] : []));
  times.push(...verifications.flatMap(({ readAt }) => readAt ?? []));
  const isAwaited =
    registrations.some(({ state }) => state === 'waiting') ||
    journal.some((entry) => isAwaitedFromElsewhere(entry, calledAt));
  if (isAwaited) times.push(calledAt + registrationMs);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** Calls when the page is shown or focused or the network is back, and while it is visible whenever something is due. */
export function callWhileVisible(rows: ReadonlySignal<Live<Rows>>, call: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let calledAt = 0;

  const callNow = () => {
    if (document.hidden) return;
    calledAt = Date.now();
    call();
    schedule();
  };
  const schedule = () => {
    clearTimeout(timer);
    const current = rows.peek();
    if (!current || current === 'unreadable' || document.hidden) return;
    const due = nextCall(current, calledAt);
    if (due !== undefined) timer = setTimeout(callNow, Math.max(due, calledAt + distanceMs) - Date.now());
  };

  document.addEventListener('visibilitychange', callNow);
  window.addEventListener('focus', callNow);
  window.addEventListener('online', callNow);
  callNow();
  effect(() => {
    if (rows.value) schedule();
  });
}
