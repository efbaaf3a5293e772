import { IdentityError } from '../../shared/model/errors.ts';
import type { Account } from '../../shared/model/rows.ts';
import type { PhoneDirectory } from '../backend.ts';
import { requireAccount } from '../db/accounts.ts';
import type { Database } from '../db/database.ts';
import type { Sync } from '../sync/sync.ts';
import type { Handlers } from './outbox.ts';

export function createDirectoryCommands(dependencies: {
  database: Database;
  sync: Sync;
  directoryOf(account: Account): Promise<PhoneDirectory>;
  now: () => number;
}): Pick<Handlers, 'sync' | 'list-methods'> {
  const { database, sync, directoryOf, now } = dependencies;
  return {
    async sync({ accountId }) {
      const { syncError } = await requireAccount(database, accountId);
      // A click does not override the wait that the service demanded.
      if (syncError && (syncError.retryAt ?? 0) > now()) throw new IdentityError(syncError.kind, syncError);
      await sync.read(accountId);
      return undefined;
    },

    async 'list-methods'({ accountId }) {
      const directory = await directoryOf(await requireAccount(database, accountId));
      await database.accounts.update(accountId, { otherMethods: await directory.otherMethods() });
      return undefined;
    },
  };
}
