// Reads connections, policy and settings with managed policy applied.
import { IdentityError } from '../../shared/model/errors.ts';
import type { Connection } from '../../shared/model/rows.ts';
import { effectiveConnections } from '../../shared/policy/effective-connections.ts';
import { type EffectivePolicy, effectivePolicy, effectiveSettings } from '../../shared/policy/effective-policy.ts';
import { disabledReason } from '../../shared/policy/restrictions.ts';
import type { Database } from './database.ts';

export async function readPolicy(database: Database): Promise<EffectivePolicy> {
  return effectivePolicy(await database.policy.get('managed'));
}

export async function readSettings(database: Database): Promise<EffectivePolicy> {
  const [settings, policy] = await Promise.all([database.settings.get('settings'), database.policy.get('managed')]);
  return effectiveSettings({ settings, policy });
}

export async function readConnections(database: Database): Promise<Connection[]> {
  return database.transaction('r', [database.connections, database.policy], async () =>
    effectiveConnections(await database.connections.toArray(), await readPolicy(database)),
  );
}

/** @throws IdentityError `not-configured`, or `paused` while managed policy disables the extension */
export async function requireConnection(database: Database, id: string): Promise<Connection> {
  const connection = (await readConnections(database)).find((each) => each.id === id);
  if (!connection) throw new IdentityError(disabledReason(await readPolicy(database)) ? 'paused' : 'not-configured');
  return connection;
}
