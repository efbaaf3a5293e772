import type { Sessions } from '../auth/sessions.ts';
import type { Database } from '../db/database.ts';
import type { Surfaces } from '../platform.ts';
import type { Verifications } from '../verification/verifications.ts';

export type RemoveAccount = (accountId: string) => Promise<void>;

/** Deletes everything that is stored of an account, also in storage.session. */
export function createRemoveAccount(dependencies: {
  database: Database;
  sessions: Sessions;
  surfaces: Surfaces;
  verifications: Pick<Verifications, 'forgetInput'>;
}): RemoveAccount {
  const { database, sessions, surfaces, verifications } = dependencies;
  return async (accountId) => {
    const ids = await database.verifications.where({ accountId }).primaryKeys();
    await Promise.all(ids.map(verifications.forgetInput));
    await surfaces.forgetDrafts();
    await sessions.signOut(accountId);
  };
}
