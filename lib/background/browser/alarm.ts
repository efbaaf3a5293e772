// Being called again at a time: by a timer while the background lives, by the alarm when it was stopped meanwhile.
import { browser } from '../../shared/browser.ts';

const wakeAlarm = 'wake';
/** Chromium's floor for alarms of packed extensions. */
const alarmFloorMs = 30_000;
const timers = new Set<number>();
/** One look at the alarm at a time: of two at once, the later time could replace the earlier one. */
let looking: Promise<void> = Promise.resolve();

/** @returns asks for `call` at a time, in milliseconds since 1970 */
export function createWakeUp(call: () => void): (time: number) => void {
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name === wakeAlarm) call();
  });
  return (time) => {
    looking = looking.then(() => ensureAlarm(time)).catch(() => undefined);
    const wait = time - Date.now();
    if (wait > alarmFloorMs || timers.has(time)) return;
    timers.add(time);
    setTimeout(() => {
      timers.delete(time);
      call();
    }, wait);
  };
}

/** One alarm, at the earliest time asked for: what is due is found in the database. */
async function ensureAlarm(time: number): Promise<void> {
  const when = Math.max(time, Date.now() + alarmFloorMs);
  const alarm = await browser.alarms.get(wakeAlarm);
  if (!alarm || alarm.scheduledTime > when || alarm.scheduledTime < Date.now())
    browser.alarms.create(wakeAlarm, { when });
}
