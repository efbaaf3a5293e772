// Who may be written at all. The gateway's key could change anybody's phone: these limits are its own (THREAT-MODEL.md).
import { Problem } from '../api/problems.ts';
import type { GatewayConfiguration } from '../configuration.ts';
import type { Log } from '../log.ts';
import type { Graph } from './graph.ts';

/**
 * Resolves when the account may be written. Asked before a text goes out and again right before the write.
 * @throws Problem `not-permitted` or `not-available`, or a GraphError
 */
export function createPermission(
  { refuseAdministrators, allowedGroup }: Pick<GatewayConfiguration, 'refuseAdministrators' | 'allowedGroup'>,
  graph: Graph,
  log: Log,
): (oid: string) => Promise<void> {
  return async (oid) => {
    if (!refuseAdministrators && !allowedGroup) return;
    const { ids, isAdministrator } = await graph.memberships(oid);
    if (refuseAdministrators && isAdministrator) {
      log({ level: 'warn', event: 'administrator-refused', oid });
      throw new Problem('not-permitted', { detail: 'Accounts with a directory role are not written.' });
    }
    if (allowedGroup && !ids.has(allowedGroup)) {
      log({ level: 'warn', event: 'not-in-group-refused', oid });
      throw new Problem('not-available');
    }
  };
}
