// For people who never opened the popup: whoever has a session at the service is taken in unasked, or the banner would
// never reach those it is for. Nobody sees anything of it; that a sign-in is required is the normal case.

import { type Connection, everyConnection } from '../../shared/model/rows.ts';
import { readConnections } from '../db/connections.ts';
import type { Database } from '../db/database.ts';
import { decideSync, type SyncState } from '../sync/schedule.ts';
import type { Sync } from '../sync/sync.ts';
import type { Authorize } from './authorize.ts';
import { type Sessions, signInTarget } from './sessions.ts';

const day = 24 * 3_600_000;
/** Whoever connected by hand is about to sign in by hand. */
const afterConnectingMs = 5 * 60_000;

export function createSilentSignIn(dependencies: {
  database: Database;
  authorize: Pick<Authorize, 'authorize'>;
  sessions: Pick<Sessions, 'admit'>;
  sync: Pick<Sync, 'when'>;
  now: () => number;
  random: () => number;
  /** Asks for `atAlarm` to be called at a time. */
  wakeAt(time: number): void;
}) {
  const { database, authorize, sessions, sync, now, random, wakeAt } = dependencies;

  /**
   * Looks for a session at the organizations that nobody is known at and where it is time to. A policy, or the start of a
   * working day, comes to many at once: then it is not time yet, but at a moment of its own. Never rejects.
   */
  async function look(reason: 'start' | 'alarm'): Promise<void> {
    await Promise.all(
      (await vacant(database)).map(async (vacancy) => {
        const decision = decideSync(vacancy.schedule, reason, now(), random);
        if (decision === 'read') await lookAt(vacancy);
        else if (decision !== 'nothing') {
          await database.silentSignIns.put({
            connectionId: vacancy.connection.id,
            ...(vacancy.at === undefined ? {} : { at: vacancy.at }),
            nextAt: decision.putOffTo,
            putOff: (vacancy.schedule.putOff ?? 0) + 1,
          });
        }
      }),
    );
    await plan();
  }

  /** Asks to be called when the next look is due. */
  async function plan(): Promise<void> {
    const times = (await vacant(database)).map(({ schedule }) => schedule.nextSyncAt ?? 0);
    if (times.length > 0) wakeAt(Math.max(now(), Math.min(...times)));
  }

  async function lookAt({ connection }: Vacancy): Promise<void> {
    // Written first, so that a stopped background does not ask twice.
    await database.silentSignIns.put({ connectionId: connection.id, at: now() });
    try {
      const target = signInTarget(connection);
      const signedIn = await authorize.authorize(target, { interactive: false, prompt: 'none' });
      await sessions.admit(connection, signedIn);
      await sync.when(signedIn.accountId, 'person');
    } catch {
      // A sign-in is required, the service is out of reach, or it was disconnected meanwhile: tomorrow is another day.
    }
  }

  return { plan, atStart: () => look('start'), atAlarm: () => look('alarm') };
}

/** An organization that nobody is known at, when somebody was looked for last, and when that is done again. */
interface Vacancy {
  connection: Connection;
  at: number | undefined;
  schedule: SyncState;
}

/** Once a day at most. What policy connects nobody is about to sign in to by hand. */
function dueAt({ managed, connectedAt }: Connection, at: number | undefined): number {
  if (at !== undefined) return at + day;
  return managed ? 0 : connectedAt + afterConnectingMs;
}

async function vacant(database: Database): Promise<Vacancy[]> {
  const [connections, accounts, silentSignIns] = await Promise.all([
    readConnections(database),
    database.accounts.toArray(),
    database.silentSignIns.toArray(),
  ]);
  if (silentSignIns.some(({ connectionId, never }) => connectionId === everyConnection && never)) return [];
  return connections.flatMap((connection) => {
    const former = silentSignIns.find(({ connectionId }) => connectionId === connection.id);
    const isVacant = !former?.never && !accounts.some(({ connectionId }) => connectionId === connection.id);
    if (!isVacant) return [];
    const { at, putOff = 0, nextAt = dueAt(connection, at) } = former ?? {};
    return [{ connection, at, schedule: { nextSyncAt: nextAt, putOff } }];
  });
}
