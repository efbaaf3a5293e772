// Stores the managed policy that the browser reports. After a cold start Chromium may report an empty policy for some seconds, so an
// empty answer replaces a stored policy only if it stays the same for a while.

import { receivedPolicy } from '../../shared/policy/received.ts';
import { log } from '../log.ts';
import type { Platform } from '../platform.ts';

/** Longer than the observed time in which Chromium loads policies after its start. */
const emptyConfirmMs = 30_000;
const emptySinceKey = 'policy:empty-since';

interface PolicyReaderDependencies extends Pick<Platform, 'database' | 'readManaged' | 'memory' | 'now' | 'wakeAt'> {
  /** Called after another policy was stored, before the next answer is read. */
  changed(): Promise<void>;
}

export function createPolicyReader(dependencies: PolicyReaderDependencies) {
  const { database, readManaged, memory, now, wakeAt, changed } = dependencies;
  let running: Promise<void> = Promise.resolve();

  async function read(isChangeEvent: boolean): Promise<void> {
    const answer = await readManaged();
    const next = await receivedPolicy(answer, now());
    const last = await database.policy.get('managed');
    const isUnconfirmed = async () => answer !== undefined && !isChangeEvent && (await awaitsConfirmation());
    // Also without a stored policy, because it may not be loaded yet after the installation.
    if (!next && !last) return void (await isUnconfirmed());
    if (next) {
      await memory.remove(emptySinceKey);
      // An unchanged policy keeps the time at which it was first received.
      if (JSON.stringify({ ...next, receivedAt: 0 }) === JSON.stringify({ ...last, receivedAt: 0 })) return;
      await database.policy.put(next);
    } else {
      if (await isUnconfirmed()) return;
      await memory.remove(emptySinceKey);
      await database.policy.delete('managed');
    }
    await changed();
  }

  async function awaitsConfirmation(): Promise<boolean> {
    const stored = (await memory.get(emptySinceKey))[emptySinceKey];
    const since = typeof stored === 'number' ? stored : now();
    if (stored === undefined) await memory.set({ [emptySinceKey]: since });
    const until = since + emptyConfirmMs;
    if (now() >= until) return false;
    wakeAt(until);
    return true;
  }

  return {
    /**
     * Never rejects; if the browser fails to answer, the stored policy stays.
     * @param isChangeEvent the browser reported a change, so an empty policy counts at once
     */
    refresh(isChangeEvent = false): Promise<void> {
      running = running
        .then(() => read(isChangeEvent))
        .catch((error) => log('The managed policy could not be read.', error));
      return running;
    },
  };
}
