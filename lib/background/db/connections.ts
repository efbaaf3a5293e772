// The one way to the connections that count: those that were made by hand and the organization's, as policy has it.
import { IdentityError } from '../../shared/model/errors.ts';
import type { Connection } from '../../shared/model/rows.ts';
import { connectionsInEffect, inertnessOf } from '../../shared/policy/overlay.ts';
import type { PolicyValues } from '../../shared/policy/rules.ts';
import type { Database } from './database.ts';

export async function readPolicy(database: Database): Promise<PolicyValues> {
  return (await database.policy.get('managed'))?.values ?? {};
}

export async function readConnections(database: Database): Promise<Connection[]> {
  return database.transaction('r', [database.connections, database.policy], async () =>
    connectionsInEffect(await database.connections.toArray(), await readPolicy(database)),
  );
}

/** @throws IdentityError `not-configured`, or `paused` while policy lets nobody work */
export async function requireConnection(database: Database, id: string): Promise<Connection> {
  const connection = await readConnection(database, id);
  if (!connection) throw new IdentityError(inertnessOf(await readPolicy(database)) ? 'paused' : 'not-configured');
  return connection;
}

async function readConnection(database: Database, id: string): Promise<Connection | undefined> {
  return (await readConnections(database)).find((connection) => connection.id === id);
}
