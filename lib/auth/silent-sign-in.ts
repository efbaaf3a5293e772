// For people who never opened the popup: whoever has a session at the service is taken in unasked, or the banner would
// never reach those it is for. Nobody sees anything of it; that a sign-in is required is the normal case.
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
  async function look(isTime: (connection: Connection) => boolean): Promise<void> {
    await Promise.all((await vacant(database)).filter(isTime).map(lookAt));
    await plan();
  }

  /** Asks to be called when the next look is due. */
  async function plan(): Promise<void> {
    const times = (await vacant(database)).map(dueAt);
    if (times.length > 0) wakeAt(Math.max(now(), Math.min(...times)));
  }

  async function lookAt(connection: Connection): Promise<void> {
    // Written first, so that a stopped background does not ask twice.
    await database.connections.update(connection.id, { silentSignInAt: now() });
    try {
      const target = targetOfConnection(connection);
      const signedIn = await authorize.authorize(target, { interactive: false, prompt: 'none' });
      // Disconnected meanwhile.
      if (!(await database.connections.get(connection.id))) return;
      await sessions.admit(connection, signedIn);
      await sync.when(signedIn.accountId, 'person');
    } catch {
      // A sign-in is required, or the service is out of reach: tomorrow is another day.
    }
  }

  return {
    plan,
    atStart: () => look(({ silentSignInAt = 0 }) => silentSignInAt + day <= now()),
    atAlarm: () => look((connection) => dueAt(connection) <= now()),
  };
}

/** Once a day at most. */
function dueAt({ silentSignInAt, connectedAt }: Connection): number {
  return silentSignInAt === undefined ? connectedAt + afterConnectingMs : silentSignInAt + day;
}

async function vacant(database: Database): Promise<Connection[]> {
  const [connections, accounts] = await Promise.all([database.connections.toArray(), database.accounts.toArray()]);
  return connections.filter(
    ({ id, noSilentSignIn }) => !noSilentSignIn && !accounts.some(({ connectionId }) => connectionId === id),
  );
}
