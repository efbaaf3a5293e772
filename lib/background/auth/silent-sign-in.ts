// Signs in users who already have a session at the service, so that the banner reaches users who never opened the popup.
import { type Connection, everyConnection } from '../../shared/model/rows.ts';
import { readConnections } from '../db/connections.ts';
import type { Database } from '../db/database.ts';
import { loggedDetails } from '../log.ts';
import { decideSync, type SyncState } from '../sync/schedule.ts';
import type { Sync } from '../sync/sync.ts';
import type { Authorize } from './authorize.ts';
import { type Sessions, signInTarget } from './sessions.ts';

const intervalMs = 24 * 3_600_000;
/** A user who connected manually is about to sign in manually. */
const manualConnectionMs = 5 * 60_000;

export function createSilentSignIn(dependencies: {
  database: Database;
  authorize: Pick<Authorize, 'authorize'>;
  sessions: Pick<Sessions, 'admit'>;
  sync: Pick<Sync, 'when'>;
  now: () => number;
  random: () => number;
  /** Schedules a call of `atAlarm`. */
  wakeAt(time: number): void;
}) {
  const { database, authorize, sessions, sync, now, random, wakeAt } = dependencies;

  /**
   * Tries each connection without an account if it is due. Postpones overdue attempts by a random time, because a policy
   * or the start of a working day affects many browsers at once. Never rejects.
   */
  async function tryDue(reason: 'start' | 'alarm'): Promise<void> {
    await Promise.all(
      (await candidates(database)).map(async (candidate) => {
        const decision = decideSync(candidate.schedule, reason, now(), random);
        if (decision === 'read') await tryConnection(candidate.connection);
        else if (decision !== 'nothing') {
          await database.silentSignIns.put({
            connectionId: candidate.connection.id,
            ...(candidate.at === undefined ? {} : { at: candidate.at }),
            nextAt: decision.postponeTo,
            putOff: (candidate.schedule.putOff ?? 0) + 1,
          });
        }
      }),
    );
    await plan();
  }

  /** Schedules the next attempt. */
  async function plan(): Promise<void> {
    const times = (await candidates(database)).map(({ schedule }) => schedule.nextSyncAt ?? 0);
    if (times.length > 0) wakeAt(Math.max(now(), Math.min(...times)));
  }

  async function tryConnection(connection: Connection): Promise<void> {
    // Written before the request, so that a stopped service worker does not try twice.
    await database.silentSignIns.put({ connectionId: connection.id, at: now() });
    try {
      const signedIn = await authorize.authorize(signInTarget(connection), { interactive: false, prompt: 'none' });
      await sessions.admit(connection, signedIn);
      await sync.when(signedIn.accountId, 'user');
    } catch (error) {
      // A required sign-in is the normal case; the next attempt is due tomorrow.
      loggedDetails('A silent sign-in failed.', error);
    }
  }

  return { plan, atStart: () => tryDue('start'), atAlarm: () => tryDue('alarm') };
}

/** A connection without an account. */
interface Candidate {
  connection: Connection;
  /** Time of the last attempt. */
  at: number | undefined;
  schedule: SyncState;
}

function dueAt({ managed, connectedAt }: Connection, at: number | undefined): number {
  if (at !== undefined) return at + intervalMs;
  return managed ? 0 : connectedAt + manualConnectionMs;
}

async function candidates(database: Database): Promise<Candidate[]> {
  const [connections, accounts, silentSignIns] = await Promise.all([
    readConnections(database),
    database.accounts.toArray(),
    database.silentSignIns.toArray(),
  ]);
  if (silentSignIns.some(({ connectionId, never }) => connectionId === everyConnection && never)) return [];
  return connections.flatMap((connection) => {
    const previous = silentSignIns.find(({ connectionId }) => connectionId === connection.id);
    if (previous?.never || accounts.some(({ connectionId }) => connectionId === connection.id)) return [];
    const { at, putOff = 0, nextAt = dueAt(connection, at) } = previous ?? {};
    return [{ connection, at, schedule: { nextSyncAt: nextAt, putOff } }];
  });
}
