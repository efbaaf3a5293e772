// The command `forget <object id>`: deletes what the gateway stores about a person.
import { existsSync } from 'node:fs';
import * as v from 'valibot';
import { type GatewayConfiguration, guid } from './configuration.ts';
import type { Log } from './log.ts';
import { openStore } from './verification/store.ts';

/**
 * The server may run meanwhile. The person's verifications end as unknown ones, and a proven number that was not written
 * yet is not written.
 * @throws when the database does not exist or cannot be opened
 */
export function forgetPerson(
  configuration: Pick<GatewayConfiguration, 'database' | 'codeKey' | 'oldCodeKeys'>,
  objectId: string,
  log: Log,
): void {
  // Opening would create it, and the answer "nothing was stored" would be wrong for a mistyped path.
  if (!existsSync(configuration.database)) throw new Error('there is no database');
  const oid = v.parse(guid, objectId);
  const store = openStore(configuration, log);
  try {
    log({ level: 'info', event: 'person-forgotten', oid, ...store.deletePerson(oid) });
  } finally {
    store.close();
  }
}
