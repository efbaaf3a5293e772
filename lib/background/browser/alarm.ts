// Wakes the service worker at given times: by a timer while it runs, else by an alarm.
import { browser } from '../../shared/browser.ts';
import { log } from '../log.ts';

const wakeAlarm = 'wake';
/** Chromium's minimum for alarms of packed extensions. */
const alarmFloorMs = 30_000;
const timers = new Set<number>();
/** Serializes updates, because a later time must not replace an earlier one. */
let updating: Promise<void> = Promise.resolve();

/** @returns a function that schedules `onWake` at a time in ms since 1970 */
export function createWakeUp(onWake: () => void): (time: number) => void {
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name === wakeAlarm) onWake();
  });
  return (time) => {
    updating = updating.then(() => ensureAlarm(time)).catch((error) => log('The alarm could not be set.', error));
    const wait = time - Date.now();
    if (wait > alarmFloorMs || timers.has(time)) return;
    timers.add(time);
    setTimeout(() => {
      timers.delete(time);
      onWake();
    }, wait);
  };
}

/** Sets the one alarm to the earliest time. */
async function ensureAlarm(time: number): Promise<void> {
  const when = Math.max(time, Date.now() + alarmFloorMs);
  const alarm = await browser.alarms.get(wakeAlarm);
  if (!alarm || alarm.scheduledTime > when || alarm.scheduledTime < Date.now())
    browser.alarms.create(wakeAlarm, { when });
}
