// Carries out the commands about an account and about the user's settings. They change nothing at the service.
import { IdentityError } from '../../shared/model/errors.ts';
import { requireAccount } from '../db/accounts.ts';
import type { HandlerDependencies } from './handler-dependencies.ts';
import type { Handlers } from './outbox.ts';

export function accountHandlers(dependencies: HandlerDependencies) {
  const { database, sync, surfaces, now } = dependencies;
  return {
    async sync({ accountId }) {
      const { syncError } = await requireAccount(database, accountId);
      // If the service told the extension to wait, a click does not start a sync earlier.
      if (syncError && (syncError.retryAt ?? 0) > now()) throw new IdentityError(syncError.kind, syncError);
      await sync.read(accountId);
    },

    async 'list-methods'({ accountId }) {
      const directory = await dependencies.directoryOf(await requireAccount(database, accountId));
      await database.accounts.update(accountId, { otherMethods: await directory.otherMethods() });
    },

    async 'add-hosted'({ accountId, methodId }) {
      const verifier = await dependencies.hostedVerifierOf(await requireAccount(database, accountId));
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
    },

    async 'confirm-number'({ accountId, methodId }) {
      const method = await database.methods.get([accountId, methodId]);
      // A number that was removed meanwhile needs no confirmation.
      if (method) {
        await database.confirmations.put({ accountId, methodId, masked: method.masked, confirmedAt: now() });
      }
    },

    async 'change-settings'({ settings }) {
      const change = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
      await database.transaction('rw', database.settings, async () => {
        const current = await database.settings.get('settings');
        await database.settings.put({ ...current, ...change, id: 'settings' });
      });
    },
  } satisfies Partial<Handlers>;
}
