// Signs in users who already have a session at the service, so that the banner reaches users who never opened the popup.
import type { ErrorKind } from '../../shared/model/errors.ts';
import { type Connection, everyConnection } from '../../shared/model/rows.ts';
import { readConnections } from '../db/connections.ts';
import type { Database } from '../db/database.ts';
import { log, loggedDetails } from '../log.ts';
import type { Platform } from '../platform.ts';
import { decideSync, nextAfterFailure } from '../sync/schedule.ts';
import type { Sync } from '../sync/sync.ts';
import type { Authorize } from './authorize.ts';
import type { Sessions } from './sessions.ts';

const intervalMs = 24 * 3_600_000;
/** A user who connected manually is about to sign in manually. */
const manualConnectionMs = 5 * 60_000;

/** Failures after which the next attempt does not wait until tomorrow. */
const triedSoon: readonly ErrorKind[] = ['offline', 'service-unavailable', 'sign-in-window-open'];

export function createSilentSignIn(
  dependencies: Pick<Platform, 'database' | 'now' | 'random' | 'wakeAt'> & {
    authorize: Authorize;
    sessions: Sessions;
    sync: Sync;
  },
) {
  const { database, authorize, sessions, sync, now, random, wakeAt } = dependencies;

  let current: Promise<void> = Promise.resolve();

  /**
   * Tries each connection without an account if it is due. Postpones overdue attempts by a random time, because a policy
   * or the start of a working day affects many browsers at once. Never rejects.
   */
  function tryDue(reason: 'start' | 'alarm'): Promise<void> {
    // One after another, so that two alarms at once do not both find an attempt due.
    current = current.then(() => tryNow(reason)).catch((error) => log('A silent sign-in could not be tried.', error));
    return current;
  }

  async function tryNow(reason: 'start' | 'alarm'): Promise<void> {
    await Promise.all(
      (await candidates(database)).map(async ({ connection, previous, schedule }) => {
        const decision = decideSync(schedule, reason, now(), random);
        if (decision === 'read') await tryConnection(connection);
        else if (decision !== 'nothing') {
          const postponed = { at: now(), nextAt: decision.postponeTo, putOff: schedule.putOff + 1 };
          await database.silentSignIns.put({ ...previous, connectionId: connection.id, ...postponed });
        }
      }),
    );
    await plan();
  }

  async function plan(): Promise<void> {
    const times = (await candidates(database)).map(({ schedule }) => schedule.nextSyncAt);
    if (times.length > 0) wakeAt(Math.max(now(), Math.min(...times)));
  }

  async function tryConnection(connection: Connection): Promise<void> {
    // Written before the request, so that a stopped service worker does not try twice.
    await database.silentSignIns.put({ connectionId: connection.id, at: now() });
    try {
      const signedIn = await authorize.authorize(connection, { interactive: false, prompt: 'none' });
      // Meanwhile, the user may have signed in or out, or managed policy may have paused the extension.
      if (!(await candidates(database)).some((each) => each.connection.id === connection.id)) return;
      await sessions.admit(connection, signedIn);
      await sessions.startCommand(signedIn.accountId, 1);
      await sync.when(signedIn.accountId, 'user');
    } catch (error) {
      // A required sign-in is the normal case; the next attempt is due tomorrow.
      const { kind, retryAt } = loggedDetails('A silent sign-in failed.', error);
      if (!triedSoon.includes(kind)) return;
      const nextAt = nextAfterFailure(now(), retryAt, random);
      await database.silentSignIns.where({ connectionId: connection.id }).modify((row) => {
        row.nextAt = nextAt;
      });
    }
  }

  return { plan, atStart: () => tryDue('start'), atAlarm: () => tryDue('alarm') };
}

async function candidates(database: Database) {
  const [connections, accounts, silentSignIns] = await Promise.all([
    readConnections(database),
    database.accounts.toArray(),
    database.silentSignIns.toArray(),
  ]);
  if (silentSignIns.some(({ connectionId, never }) => connectionId === everyConnection && never)) return [];
  return connections.flatMap((connection) => {
    const previous = silentSignIns.find(({ connectionId }) => connectionId === connection.id);
    if (previous?.never || accounts.some(({ connectionId }) => connectionId === connection.id)) return [];
    const firstAt = connection.managed ? 0 : connection.connectedAt + manualConnectionMs;
    const { at, putOff = 0, nextAt = at === undefined ? firstAt : at + intervalMs } = previous ?? {};
    return [{ connection, previous, schedule: { nextSyncAt: nextAt, putOff } }];
  });
}
