// Every state of the banner by name.

import type { BannerState } from '../../lib/shared/model/banner-visibility.ts';
import type { ErrorKind } from '../../lib/shared/model/errors.ts';

export interface NamedBannerState {
  name: string;
  bannerState: BannerState;
}

const tenantId = '6f1c2a8e-2f5d-4c7b-9a53-0e8f5c1d7b11';
const about = {
  accountId: `${tenantId}.1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9`,
  methodId: '3179e48a-750b-4051-897c-87b9720928f7',
  connection: { id: tenantId, cloud: 'global', tenant: 'contoso.example', clientId: tenantId, connectedAt: 0 },
  lastDigits: '82',
  isOfferable: true,
} as const;

const failures: ErrorKind[] = ['number-in-use', 'not-permitted', 'service-unavailable'];

export const bannerStates: NamedBannerState[] = [
  ...(['offer', 'working', 'sign-in', 'done', 'unfinished'] as const).map((phase) => ({
    name: `banner, ${phase}`,
    bannerState: { ...about, phase },
  })),
  ...failures.map((kind) => ({
    name: `banner, failed, ${kind}`,
    bannerState: { ...about, phase: 'failed' as const, error: { kind, at: 0 } },
  })),
];
