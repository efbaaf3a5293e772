import type { Connection } from '../model/rows.ts';
import type { EffectivePolicy } from './effective-policy.ts';
import { disabledReason, mayConnect } from './restrictions.ts';

/** The connection of the policy and the stored ones that the policy allows; none while the extension is disabled. */
export function effectiveConnections(stored: readonly Connection[], policy: EffectivePolicy): Connection[] {
  if (disabledReason(policy)) return [];
  const managed = managedConnection(policy);
  const manual = mayConnect(policy) ? stored.filter(({ id }) => id !== managed?.id) : [];
  return [...(managed ? [managed] : []), ...manual].map((connection) => ({
    ...connection,
    ...(policy.smsSignIn === 'off' ? { smsSignIn: 'off' as const } : {}),
  }));
}

function managedConnection(policy: EffectivePolicy): Connection | undefined {
  const { cloud, tenantId, clientId, organizationName = '', scopes, gatewayUrl, gatewayScope } = policy;
  if (tenantId === undefined || clientId === undefined) return undefined;
  return {
    id: tenantId.toLowerCase(),
    cloud,
    tenant: organizationName,
    clientId: clientId.toLowerCase(),
    connectedAt: 0,
    managed: true,
    ...(scopes.length > 0 ? { scopes } : {}),
    ...(gatewayUrl && gatewayScope ? { gateway: { url: new URL(gatewayUrl).origin, scope: gatewayScope } } : {}),
  };
}
