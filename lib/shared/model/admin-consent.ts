// The link with which an administrator approves the application for a whole organization.
import { type CloudName, clouds } from './clouds.ts';

export function adminConsentUrl({
  cloud,
  tenantId,
  clientId,
}: {
  cloud: CloudName;
  tenantId: string;
  clientId: string;
}): string {
  const url = new URL(`https://${clouds[cloud].login}/${encodeURIComponent(tenantId)}/adminconsent`);
  url.searchParams.set('client_id', clientId);
  return url.href;
}
