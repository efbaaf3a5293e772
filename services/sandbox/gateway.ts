// The verification gateway as the sandbox runs it: the code of the server program, with the sandbox's tenant, clock and
// handsets around it. Mount its `fetch` as an extra host, gateway.contoso.example.
import { randomBytes } from 'node:crypto';
import { chromiumId, chromiumPublicKey } from '../../lib/shared/model/extension-ids.ts';
import { createGateway, type Gateway, type GatewayConfiguration } from '../gateway/gateway.ts';
import type { Sandbox } from './types.ts';

export const gatewayHost = 'gateway.contoso.example';

/** @param changes over the configuration, for instance tighter caps or a database file that survives a restart */
export function createSandboxGateway(sandbox: Sandbox, changes: Partial<GatewayConfiguration> = {}): Gateway {
  const { tenant, control, handsets } = sandbox;
  /** Enough for a day of trying things. */
  const caps = [{ limit: 200, windowMs: 3_600_000 }];
  return createGateway(
    {
      publicOrigin: `https://${gatewayHost}`,
      loginOrigin: 'https://login.microsoftonline.com',
      graphOrigin: 'https://graph.microsoft.com',
      tenantId: tenant.id,
      clientId: tenant.gateway.clientId,
      // The provider judges a certificate's assertion by real time, and so refuses it once the sandbox's clock was moved.
      credential: { kind: 'secret', secret: tenant.gateway.secret },
      allowedOrigins: [`chrome-extension://${chromiumId(chromiumPublicKey)}`, 'moz-extension://*'],
      allowedClients: [tenant.clientId],
      codeKey: randomBytes(32),
      database: ':memory:',
      organization: 'Contoso',
      // Reserved for fiction, and so unknown to the metadata of real numbers.
      destinations: { refusedCountries: [], additionalMobileRanges: ['+447700900xxx'] },
      caps: { user: caps, number: caps, address: caps, country: caps },
      refuseAdministrators: true,
      trustedProxies: 0,
      ...changes,
    },
    {
      clock: control.clock,
      fetch: (input, init) => sandbox.fetch(input instanceof Request ? input.url : input, init),
      sendText: async ({ to, body }) => {
        handsets.deliver({ to, body, from: 'Contoso' });
        return { kind: 'accepted' };
      },
      log: () => {},
    },
  );
}
