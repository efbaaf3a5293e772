import type { Database } from '../db/database.ts';
import type { Handlers } from './outbox.ts';

export function createSettingsCommands(dependencies: {
  database: Database;
  now: () => number;
}): Pick<Handlers, 'confirm-number' | 'change-settings'> {
  const { database, now } = dependencies;
  return {
    async 'confirm-number'({ accountId, methodId }) {
      const method = await database.methods.get([accountId, methodId]);
      // A number that was removed meanwhile needs no confirmation.
      if (method) {
        await database.confirmations.put({ accountId, methodId, masked: method.masked, confirmedAt: now() });
      }
      return undefined;
    },

    async 'change-settings'({ settings }) {
      const change = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
      await database.transaction('rw', database.settings, async () => {
        const current = await database.settings.get('settings');
        await database.settings.put({ ...current, ...change, id: 'settings' });
      });
      return undefined;
    },
  };
}
