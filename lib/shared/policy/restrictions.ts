// What the managed policy does not allow, and which keys it lacks.
import type { Command } from '../model/commands.ts';
import type { EffectivePolicy } from './effective-policy.ts';
import type { PolicyKey } from './setting-definitions.ts';

export type DisabledReason = { kind: 'paused' } | { kind: 'missing-keys'; keys: PolicyKey[] };

/** An organization that sets one of these, or forbids manual connections, has to set `tenantId` and `clientId` too. */
const connectionKeys: PolicyKey[] = ['cloud', 'tenantId', 'clientId', 'scopes', 'gatewayUrl', 'gatewayScope'];

/** Why the policy disables the extension; undefined if it does not. */
export function disabledReason(policy: EffectivePolicy): DisabledReason | undefined {
  if (policy.paused) return { kind: 'paused' };
  const needsConnection = !mayConnect(policy) || connectionKeys.some((key) => policy.managedKeys.includes(key));
  const keys = (['tenantId', 'clientId'] as const).filter((key) => needsConnection && policy[key] === undefined);
  return keys.length > 0 ? { kind: 'missing-keys', keys } : undefined;
}

/** Keys that are ignored because the key they need is not set. */
export function keysMissingPartner(policy: EffectivePolicy): { key: PolicyKey; needs: PolicyKey }[] {
  const { gatewayUrl, gatewayScope } = policy;
  if (gatewayUrl && !gatewayScope) return [{ key: 'gatewayUrl', needs: 'gatewayScope' }];
  if (gatewayScope && !gatewayUrl) return [{ key: 'gatewayScope', needs: 'gatewayUrl' }];
  return [];
}

/** Whether users may connect the extension to an organization themselves. */
export function mayConnect({ allowManualSetup, tenantLock }: EffectivePolicy): boolean {
  return allowManualSetup && !tenantLock;
}

/** Commands that only delete local data are always allowed. */
const alwaysAllowed: readonly Command['kind'][] = ['sign-out', 'disconnect', 'cancel-verification'];

/** The error kind with which the service worker refuses a command; undefined if it is allowed. */
export function blockedBy(command: Command, policy: EffectivePolicy): 'paused' | 'not-available' | undefined {
  if (alwaysAllowed.includes(command.kind)) return undefined;
  if (disabledReason(policy)) return 'paused';
  const isBlocked =
    (command.kind === 'connect' && !mayConnect(policy)) || (command.kind === 'remove' && !policy.allowRemove);
  return isBlocked ? 'not-available' : undefined;
}
