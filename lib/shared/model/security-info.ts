import { type CloudName, clouds } from './clouds.ts';

/** @returns the address of the Security info page in the user's tenant; undefined in a cloud that has none */
export function securityInfoUrl(cloud: CloudName, tenantId: string): string | undefined {
  const page = clouds[cloud].securityInfo;
  return page && `${page}?tenantId=${encodeURIComponent(tenantId)}`;
}
