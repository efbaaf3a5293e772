// Simulates the installations of a tenant over two working days on a virtual clock, with the sync schedule of the extension.
import { decideSync, nextAfterFailure, nextSlowSync, type SyncState } from '../../../lib/background/sync/schedule.ts';
import { type Awake, workingDay } from './working-day.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Graph limits requests per ten seconds. */
const slotMs = 10 * second;
/** Requests per sync: phones and default method. */
export const requestsOfSync = 2;

export interface FleetOptions {
  installations: number;
  seed: number;
  /** Milliseconds since Monday, midnight. */
  outage: { from: number; to: number };
  /** Whether the service sends Retry-After during the outage. */
  outageIsTimed: boolean;
  push: { at: number; share: number };
}

export const usualFleet: FleetOptions = {
  installations: 100_000,
  seed: 1,
  outage: { from: 14 * hour, to: 15 * hour },
  outageIsTimed: false,
  // A policy on Tuesday at ten connects the remaining installations.
  push: { at: day + 10 * hour, share: 0.4 },
};

export interface FleetLoad {
  /** Requests to Graph per ten seconds over two days. */
  slots: Uint32Array;
  /** Requests per installation on the second day, in descending order. */
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

/** Simulates one installation from event to event: browser start, alarm, popup. */
function play(
  isNew: boolean,
  { outage, outageIsTimed, push }: FleetOptions,
  random: () => number,
  request: (time: number) => void,
): void {
  let state: SyncState = {
    syncedAt: -3 * day,
    // Overdue since Friday.
    nextSyncAt: -3 * day + (12 + 12 * random()) * hour,
  };
  // Without an account, the first task is the silent sign-in.
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
    // Before the policy there is nothing to do; the policy wakes installations that run.
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
      // The same rule as in lib/background: never in a loop.
      const alarm = Math.max(state.nextSyncAt ?? 0, time + minute);
      const look = looks[0] ?? Number.POSITIVE_INFINITY;
      time = Math.min(alarm, look);
      if (time >= to) return;
      if (look <= alarm) looks.shift();
      consider(look <= alarm ? 'page' : 'alarm', time);
    }
  }
}

/** Mulberry32, for reproducible runs. */
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
  /** Hours since Monday, midnight. */
  hour: number;
  /** Requests per ten seconds. */
  mean: number;
  peak: number;
  /** Requests per ten seconds of the busiest minute, which varies less by chance. */
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
