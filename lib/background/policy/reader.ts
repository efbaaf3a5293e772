// Following the managed policy. What was known last counts at once; what the browser says replaces it. Chromium may answer
// with nothing in the first seconds of a cold start, so that nothing is believed only after it was said for a while.

import { receivedPolicy } from '../../shared/policy/received.ts';
import type { Database } from '../db/database.ts';
import type { SessionStorage } from '../session-storage.ts';

/** Longer than Chromium was seen to take to load policies after its start. */
const doubtMs = 30_000;
const doubtKey = 'policy:doubt-since';

export function createPolicyReader(dependencies: {
  database: Database;
  /** The browser's answer: undefined where it says that there is no policy; `{}` may only mean that it is not there yet. */
  readManaged(): Promise<unknown>;
  memory: SessionStorage;
  now: () => number;
  /** Asks for `refresh` to be called at a time. */
  wakeAt(time: number): void;
  /** Called after the policy has become another one, before the next is taken. */
  changed(): Promise<void>;
}) {
  const { database, readManaged, memory, now, wakeAt, changed } = dependencies;
  let running: Promise<void> = Promise.resolve();

  async function read(isTold: boolean): Promise<void> {
    const answer = await readManaged();
    const next = await receivedPolicy(answer, now());
    const last = await database.policy.get('managed');
    // In the first seconds after the installation, too.
    if (!next && !last) return answer === undefined || isTold ? undefined : void (await isInDoubt());
    if (next) {
      await memory.remove(doubtKey);
      // The time too: since when it has been so.
      if (JSON.stringify({ ...next, receivedAt: 0 }) === JSON.stringify({ ...last, receivedAt: 0 })) return;
      await database.policy.put(next);
    } else {
      if (answer !== undefined && !isTold && (await isInDoubt())) return;
      await memory.remove(doubtKey);
      await database.policy.delete('managed');
    }
    await changed();
  }

  async function isInDoubt(): Promise<boolean> {
    const kept = (await memory.get(doubtKey))[doubtKey];
    const since = typeof kept === 'number' ? kept : now();
    if (kept === undefined) await memory.set({ [doubtKey]: since });
    const until = since + doubtMs;
    if (now() >= until) return false;
    wakeAt(until);
    return true;
  }

  return {
    /**
     * Never rejects: what was known stays.
     * @param isTold the browser has said that the policy changed, so nothing is nothing
     */
    refresh(isTold = false): Promise<void> {
      running = running.then(() => read(isTold)).catch(() => {});
      return running;
    },
  };
}
