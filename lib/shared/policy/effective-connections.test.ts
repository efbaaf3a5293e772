import { expect, test } from 'vitest';
import { catalog } from './catalog.ts';
import { effectiveConnections } from './effective-connections.ts';
import { effectivePolicy } from './effective-policy.ts';
import { clientId, managed, manualConnection, tenantId } from './testing/connections.ts';

test('a connection from policy is added to the stored ones', () => {
  expect(effectiveConnections([manualConnection], effectivePolicy({ values: managed }))).toEqual([
    {
      id: tenantId.toLowerCase(),
      cloud: 'global',
      tenant: '',
      clientId: clientId.toLowerCase(),
      connectedAt: 0,
      managed: true,
      scopes: ['UserAuthenticationMethod.ReadWrite'],
    },
    manualConnection,
  ]);
  expect(effectiveConnections([manualConnection], effectivePolicy(undefined))).toEqual([manualConnection]);
});

test('a connection from policy has the cloud, name, scopes and gateway of the policy', () => {
  const { scopes, gatewayUrl, gatewayScope, organizationName } = catalog;
  const values = {
    ...managed,
    cloud: 'usgov',
    scopes: scopes.example,
    gatewayUrl: `${gatewayUrl.example}/`,
    gatewayScope: gatewayScope.example,
    organizationName: organizationName.example,
  } as const;
  expect(effectiveConnections([], effectivePolicy({ values }))).toMatchObject([
    {
      cloud: 'usgov',
      tenant: 'Contoso',
      scopes: scopes.example,
      gateway: { url: gatewayUrl.example, scope: gatewayScope.example },
    },
  ]);
});

test('a connection from policy has no gateway if the policy sets only one of its two keys', () => {
  const values = { ...managed, gatewayUrl: catalog.gatewayUrl.example };
  expect(effectiveConnections([], effectivePolicy({ values }))[0]).not.toHaveProperty('gateway');
});

test('a connection from policy replaces a stored one to the same organization', () => {
  const same = { ...manualConnection, id: tenantId.toLowerCase() };
  const connections = effectiveConnections([same, manualConnection], effectivePolicy({ values: managed }));
  expect(connections.map(({ managed }) => managed)).toEqual([true, undefined]);
});
