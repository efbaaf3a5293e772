import type { Settings } from '../model/rows.ts';
import { effectiveConnections } from '../policy/effective-connections.ts';
import { effectivePolicy } from '../policy/effective-policy.ts';
import type { ReceivedPolicy } from '../policy/received.ts';
import { knownRows } from './known-values.ts';
import type { Read, ReadTables } from './tables.ts';

const tables = [
  ...(['connections', 'accounts', 'methods', 'outbox', 'registrations', 'verifications'] as const),
  ...(['answers', 'settings', 'confirmations', 'policy', 'notices'] as const),
];
type Stored = Read<(typeof tables)[number]>;

/** The rows that a page shows: connections with managed policy applied, and the newest commands, newest first. */
export interface Rows extends Omit<Stored, 'settings' | 'policy' | 'notices'>, Partial<Pick<Stored, 'notices'>> {
  settings?: Settings | undefined;
  /** The policy as received, to be read with {@link effectivePolicy}; undefined without managed policy. */
  policy?: ReceivedPolicy | undefined;
}

const maxCommands = 50;

export async function readRows(read: ReadTables): Promise<Rows> {
  const stored = await read(tables);
  const known = Object.fromEntries(tables.map((name) => [name, knownRows(name, stored[name])])) as unknown as Stored;
  const { connections, outbox, settings, policy, ...others } = known;
  const managed = policy.find(({ id }) => id === 'managed');
  return {
    ...others,
    connections: effectiveConnections(connections, effectivePolicy(managed)),
    outbox: outbox.toSorted((one, other) => other.updatedAt - one.updatedAt).slice(0, maxCommands),
    settings: settings.find(({ id }) => id === 'settings'),
    policy: managed,
  };
}
