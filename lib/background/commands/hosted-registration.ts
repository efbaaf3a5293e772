import { IdentityError } from '../../shared/model/errors.ts';
import type { Account } from '../../shared/model/rows.ts';
import type { HostedVerifier } from '../backend.ts';
import { requireAccount } from '../db/accounts.ts';
import type { Database } from '../db/database.ts';
import type { Surfaces } from '../surfaces.ts';
import type { Handlers } from './outbox.ts';

/** Registration on the service's own page. */
export function createHostedRegistration(dependencies: {
  database: Database;
  surfaces: Surfaces;
  verifierOf(account: Account): Promise<HostedVerifier | undefined>;
  now: () => number;
}): Pick<Handlers, 'add-hosted'> {
  const { database, surfaces, verifierOf, now } = dependencies;
  return {
    async 'add-hosted'({ accountId, methodId }) {
      const verifier = await verifierOf(await requireAccount(database, accountId));
      if (!verifier) throw new IdentityError('not-available');
      const methods = await database.methods.where({ accountId }).toArray();
      const time = now();
      await database.transaction('rw', database.registrations, async () => {
        await database.registrations
          .where({ accountId, state: 'waiting' })
          .modify({ state: 'abandoned', updatedAt: time });
        await database.registrations.add({
          id: crypto.randomUUID(),
          accountId,
          ...(methodId === undefined ? {} : { changes: methodId }),
          state: 'waiting',
          before: methods.map(({ id, masked }) => ({ id, masked })),
          startedAt: time,
          updatedAt: time,
        });
      });
      const [tenantId = ''] = accountId.split('.');
      await surfaces.openPage(verifier.url(tenantId));
      return undefined;
    },
  };
}
