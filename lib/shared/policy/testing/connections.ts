import type { Connection } from '../../model/rows.ts';
import type { PolicyValues } from '../setting-definitions.ts';

export const tenantId = '6F1C2A8E-2f5d-4c7b-9a53-0e8f5c1d7b11';
export const clientId = '3B9D7C1E-5f20-4a86-b1c4-7d2e9f0a6c35';

/** The least that a policy needs to connect the extension. */
export const managed: PolicyValues = { tenantId, clientId };

export const manualConnection: Connection = {
  id: 'other',
  cloud: 'global',
  tenant: 'contoso.example',
  clientId: 'c',
  connectedAt: 1,
};
