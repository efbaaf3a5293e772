import { IdentityError } from '../../shared/model/errors.ts';
import { isGatewayScope, isOfMicrosoft } from '../../shared/model/gateway.ts';
import type { Connection } from '../../shared/model/rows.ts';
import { discover, isGuid } from '../auth/discovery.ts';
import { isGateway } from '../gateway/verifier.ts';
import type { HandlerDependencies } from './handler-dependencies.ts';
import type { Handlers } from './outbox.ts';

export function connectionHandlers({ database, network, networkTo, removeAccount, now }: HandlerDependencies) {
  async function checkGateway({ url, scope }: NonNullable<Connection['gateway']>): Promise<Connection['gateway']> {
    const address = URL.canParse(url) ? new URL(url) : undefined;
    if (address?.protocol !== 'https:' || isOfMicrosoft(address.hostname)) {
      throw new IdentityError('not-configured', { code: 'invalid-gateway-url' });
    }
    if (!isGatewayScope(scope)) throw new IdentityError('not-configured', { code: 'invalid-gateway-scope' });
    const isThere = await isGateway(address.origin, networkTo(address.host)).catch((error) => {
      throw error instanceof IdentityError ? new IdentityError(error.kind, { code: 'gateway-unreachable' }) : error;
    });
    if (!isThere) throw new IdentityError('not-configured', { code: 'gateway-unknown' });
    return { url: address.origin, scope };
  }

  return {
    async connect({ connection: { cloud, tenant, clientId, gateway } }) {
      if (!isGuid(clientId)) throw new IdentityError('not-configured', { code: 'invalid-client-id' });
      const { tenantId } = await discover(cloud, tenant, network, now());
      const checked = gateway && (await checkGateway(gateway));
      await database.connections.put({
        id: tenantId,
        cloud,
        tenant,
        clientId,
        ...(checked ? { gateway: checked } : {}),
        connectedAt: now(),
      });
    },

    async disconnect({ connectionId }) {
      for (const { id } of await database.accounts.where({ connectionId }).toArray()) await removeAccount(id);
      await database.connections.delete(connectionId);
      await database.silentSignIns.delete(connectionId);
    },
  } satisfies Partial<Handlers>;
}
