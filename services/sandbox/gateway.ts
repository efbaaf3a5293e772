// The verification gateway with the sandbox's tenant, clock and handsets.
import { randomBytes } from 'node:crypto';
import { chromiumId, chromiumPublicKey } from '../../lib/shared/model/extension-ids.ts';
import { createGateway, type Gateway, type GatewayConfiguration } from '../gateway/gateway.ts';
import type { Log } from '../gateway/log.ts';
import type { GatewayRegistration, Sandbox } from './types.ts';

export const gatewayHost = 'gateway.contoso.example';

/** As step 1 of the gateway's README says, with the optional claim for gateways without an authentication context. */
export const configuredRegistration: GatewayRegistration = { tokenVersion: 2, authTime: true };

/** @param changes replace parts of the configuration, for instance the caps or the database */
export function createSandboxGateway(
  sandbox: Sandbox,
  changes: Partial<GatewayConfiguration> = {},
  log: Log = () => {},
): Gateway {
  const { tenant, control, handsets } = sandbox;
  const caps = [{ limit: 200, windowMs: 3_600_000 }];
  return createGateway(
    {
      publicOrigin: `https://${gatewayHost}`,
      loginOrigin: 'https://login.microsoftonline.com',
      graphOrigin: 'https://graph.microsoft.com',
      tenantId: tenant.id,
      clientId: tenant.gateway.clientId,
      // oidc-provider checks assertions by real time, so that a certificate fails once the sandbox's clock is advanced.
      credential: { kind: 'secret', secret: tenant.gateway.secret },
      allowedOrigins: [`chrome-extension://${chromiumId(chromiumPublicKey)}`, 'moz-extension://*'],
      allowedGroup: undefined,
      authenticationContext: 'c1',
      policyUnchecked: false,
      allowedClients: [tenant.clientId],
      codeKey: randomBytes(32),
      oldCodeKeys: [],
      database: ':memory:',
      organization: 'Contoso',
      language: 'en',
      // The metadata lacks numbers reserved for fiction.
      destinations: { allowedCountries: undefined, refusedCountries: [], additionalMobileRanges: ['+447700900xxx'] },
      caps: { user: caps, number: caps, address: caps, site: caps, country: caps, total: caps },
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
      // The sandbox has no system of an organization.
      sendEvent: async () => ({ kind: 'accepted' }),
      log,
    },
  );
}
