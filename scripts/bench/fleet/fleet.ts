// A tenant's installations over two working days, on a virtual clock and with the extension's own decisions about when to
// ask. Installations know nothing of each other, so each is played by itself, and only the service's counts are shared.
import { decideSync, nextAfterFailure, nextSlowSync, type SyncState } from '../../../lib/background/sync/schedule.ts';
import { type Awake, workingDay } from './working-day.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Graph's limits are by ten seconds. */
const slotMs = 10 * second;
/** Of one sync: the phones, and the default method. */
export const requestsOfSync = 2;

export interface FleetOptions {
  installations: number;
  seed: number;
  /** Milliseconds since Monday's midnight. */
  outage: { from: number; to: number };
  /** Whether the service says when it will be back, the same to everybody. */
  outageIsTimed: boolean;
  push: { at: number; share: number };
}

export const usualFleet: FleetOptions = {
  installations: 100_000,
  seed: 1,
  outage: { from: 14 * hour, to: 15 * hour },
  outageIsTimed: false,
  // On Tuesday at ten, when all are there: those who were not connected before are by then.
  push: { at: day + 10 * hour, share: 0.4 },
};

export interface FleetLoad {
  /** Requests at Graph in each ten seconds of the two days. */
  slots: Uint32Array;
  /** Requests of each installation on the second day, the busiest of them first. */
  ofDay: { mean: number; most: number };
}

export function simulateFleet(options: FleetOptions): FleetLoad {
  const slots = new Uint32Array((2 * day) / slotMs);
  const random = seeded(options.seed);
  let most = 0;
  let sum = 0;
  for (let index = 0; index < options.installations; index += 1) {
    const isNew = random() < options.push.share;
    let ofTuesday = 0;
    play(isNew, options, random, (time) => {
      slots[Math.floor(time / slotMs)] = (slots[Math.floor(time / slotMs)] ?? 0) + requestsOfSync;
      if (time >= day) ofTuesday += requestsOfSync;
    });
    sum += ofTuesday;
    most = Math.max(most, ofTuesday);
  }
  return { slots, ofDay: { mean: sum / options.installations, most } };
}

/** One installation, from event to event: its browser comes, its alarm is due, its popup is opened. */
function play(
  isNew: boolean,
  { outage, outageIsTimed, push }: FleetOptions,
  random: () => number,
  request: (time: number) => void,
): void {
  let state: SyncState = {
    syncedAt: -3 * day,
    // Overdue since some time on Friday.
    nextSyncAt: -3 * day + (12 + 12 * random()) * hour,
  };
  // Where nobody is known, a session is looked for first, by the same rule and since the policy came.
  let isKnown = !isNew;
  if (isNew) state = { nextSyncAt: 0 };

  const sync = (time: number) => {
    request(time);
    isKnown = true;
    if (time >= outage.from && time < outage.to) {
      const retryAt = outageIsTimed ? outage.to : undefined;
      state = {
        ...(state.syncedAt === undefined ? {} : { syncedAt: state.syncedAt }),
        syncError: { kind: 'service-unavailable', at: time, ...(retryAt === undefined ? {} : { retryAt }) },
        nextSyncAt: nextAfterFailure(time, retryAt, random),
      };
    } else state = { syncedAt: time, nextSyncAt: nextSlowSync(time, random, 6) };
  };
  const consider = (reason: 'start' | 'alarm' | 'page', time: number) => {
    const decision = decideSync(state, reason, time, random);
    if (decision === 'read') sync(time);
    else if (decision !== 'nothing')
      state = { ...state, nextSyncAt: decision.postponeTo, putOff: (state.putOff ?? 0) + 1 };
  };

  for (const awake of [...workingDay(0, true, random), ...workingDay(day, false, random)]) {
    const looks = random() < 0.02 ? [awake.from + random() * (awake.to - awake.from)] : [];
    // Before the policy there is nothing to do, and when it comes it wakes those who are there.
    if (!isKnown && awake.to <= push.at) continue;
    if (!isKnown && awake.from < push.at) {
      consider('alarm', push.at);
      follow({ ...awake, from: push.at }, []);
      continue;
    }
    consider(awake.by === 'start' ? 'start' : 'alarm', awake.from);
    follow(awake, looks);
  }

  function follow({ from, to }: Awake, looks: number[]): void {
    let time = from;
    for (;;) {
      // As lib/background/start.ts asks for it: never in a circle.
      const alarm = Math.max(state.nextSyncAt ?? 0, time + minute);
      const look = looks[0] ?? Number.POSITIVE_INFINITY;
      time = Math.min(alarm, look);
      if (time >= to) return;
      if (look <= alarm) looks.shift();
      consider(look <= alarm ? 'page' : 'alarm', time);
    }
  }
}

/** Mulberry32, so that a run can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Hour {
  /** Hours since Monday's midnight. */
  hour: number;
  /** Requests in ten seconds. */
  mean: number;
  peak: number;
  /** Requests in ten seconds of the busiest minute: with less of mere chance in it. */
  busiestMinute: number;
}

export function hoursOf({ slots }: FleetLoad): Hour[] {
  const perHour = hour / slotMs;
  return Array.from({ length: slots.length / perHour }, (_, index) => {
    const part = slots.subarray(index * perHour, (index + 1) * perHour);
    const mean = (of: Uint32Array) => of.reduce((sum, each) => sum + each, 0) / of.length;
    const minutes = Array.from({ length: 60 }, (_, at) =>
      mean(part.subarray((at * perHour) / 60, ((at + 1) * perHour) / 60)),
    );
    return { hour: index, mean: mean(part), peak: Math.max(...part), busiestMinute: Math.max(...minutes) };
  });
}
