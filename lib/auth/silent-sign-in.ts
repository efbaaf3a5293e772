// For people who never opened the popup: whoever has a session at the service is taken in unasked, or the banner would
// never reach those it is for. Nobody sees anything of it; that a sign-in is required is the normal case.
import { readConnections } from '../store/connections.ts';
import type { Connection, Database } from '../store/database.ts';
import type { Sync } from '../sync/sync.ts';
import type { Authorize } from './authorize.ts';
import { type Sessions, targetOfConnection } from './sessions.ts';

const day = 24 * 3_600_000;
/** Whoever connected by hand is about to sign in by hand. */
const afterConnectingMs = 5 * 60_000;

export function createSilentSignIn(dependencies: {
  database: Database;
  authorize: Pick<Authorize, 'authorize'>;
  sessions: Pick<Sessions, 'admit'>;
  sync: Pick<Sync, 'when'>;
  now: () => number;
  /** Asks for `atAlarm` to be called at a time. */
  wakeAt(time: number): void;
}) {
  const { database, authorize, sessions, sync, now, wakeAt } = dependencies;

  /** Looks for a session at the organizations that nobody is known at and where it is time to. Never rejects. */
  async function look(isTime: (vacancy: Vacancy) => boolean): Promise<void> {
    await Promise.all((await vacant(database)).filter(isTime).map(lookAt));
    await plan();
  }

  /** Asks to be called when the next look is due. */
  async function plan(): Promise<void> {
    const times = (await vacant(database)).map(dueAt);
    if (times.length > 0) wakeAt(Math.max(now(), Math.min(...times)));
  }

  async function lookAt({ connection }: Vacancy): Promise<void> {
    // Written first, so that a stopped background does not ask twice.
    await database.silentSignIns.put({ connectionId: connection.id, at: now() });
    try {
      const target = targetOfConnection(connection);
      const signedIn = await authorize.authorize(target, { interactive: false, prompt: 'none' });
      await sessions.admit(connection, signedIn);
      await sync.when(signedIn.accountId, 'person');
    } catch {
      // A sign-in is required, the service is out of reach, or it was disconnected meanwhile: tomorrow is another day.
    }
  }

  return {
    plan,
    atStart: () => look(({ at = 0 }) => at + day <= now()),
    atAlarm: () => look((vacancy) => dueAt(vacancy) <= now()),
  };
}

/** An organization that nobody is known at, and when somebody was looked for last. */
interface Vacancy {
  connection: Connection;
  at: number | undefined;
}

/** Once a day at most. What policy connects nobody is about to sign in to by hand. */
function dueAt({ at, connection: { managed, connectedAt } }: Vacancy): number {
  if (at !== undefined) return at + day;
  return managed ? 0 : connectedAt + afterConnectingMs;
}

async function vacant(database: Database): Promise<Vacancy[]> {
  const [connections, accounts, silentSignIns] = await Promise.all([
    readConnections(database),
    database.accounts.toArray(),
    database.silentSignIns.toArray(),
  ]);
  return connections.flatMap((connection) => {
    const former = silentSignIns.find(({ connectionId }) => connectionId === connection.id);
    const isVacant = !former?.never && !accounts.some(({ connectionId }) => connectionId === connection.id);
    return isVacant ? [{ connection, at: former?.at }] : [];
  });
}
