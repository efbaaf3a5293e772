// Limits which accounts the gateway writes, because its credential could change every account (THREAT-MODEL.md).
import type { GatewayConfiguration } from '../configuration.ts';
import type { Log } from '../log.ts';
import { Problem } from '../problems.ts';
import type { Account, Graph } from './graph.ts';
import { isExcluded, type SecondFactorPolicy } from './second-factor-policy.ts';

/**
 * Accounts of other organizations: guests, and external members, whose user names contain `#EXT#`. Accounts that are older
 * than the property have no `userType`. Source: Microsoft Entra, "Properties of a Microsoft Entra B2B collaboration user".
 */
export function isExternal({ userType, userPrincipalName }: Account): boolean {
  return (userType ?? 'Member') !== 'Member' || userPrincipalName.includes('#EXT#');
}

/**
 * The check resolves when the account may be written. It runs before a text and again before the write.
 * @throws Problem `not-permitted` or `not-available`, or a GraphError
 */
export function createPermission(
  { refuseAdministrators, allowedGroup }: Pick<GatewayConfiguration, 'refuseAdministrators' | 'allowedGroup'>,
  graph: Graph,
  secondFactorPolicy: Pick<SecondFactorPolicy, 'exclusions'>,
  log: Log,
): (oid: string) => Promise<void> {
  return async (oid) => {
    if (isExternal(await graph.account(oid))) {
      log({ level: 'warn', event: 'guest-refused', oid });
      throw new Problem('not-permitted', { detail: 'The gateway does not write accounts of other organizations.' });
    }
    const exclusions = secondFactorPolicy.exclusions();
    if (!refuseAdministrators && allowedGroup === undefined && exclusions.length === 0) return;
    const memberships = await graph.memberships(oid);
    const { ids, isAdministrator } = memberships;
    if (refuseAdministrators && isAdministrator) {
      log({ level: 'warn', event: 'administrator-refused', oid });
      throw new Problem('not-permitted', { detail: 'The gateway does not write accounts with a directory role.' });
    }
    if (allowedGroup !== undefined && !ids.has(allowedGroup)) {
      log({ level: 'warn', event: 'not-in-group-refused', oid });
      throw new Problem('not-available');
    }
    // Entra ID lets an excluded account get the authentication context with a password alone.
    if (isExcluded(exclusions, oid, memberships)) {
      log({ level: 'warn', event: 'excluded-account-refused', oid });
      throw new Problem('not-permitted', { detail: 'No Conditional Access policy covers this account.' });
    }
  };
}
