import type { KeyObject } from 'node:crypto';
import { chromiumId, chromiumRedirectUri, geckoId } from '../../lib/shared/model/extension-ids.ts';
import type { PolicyValues } from '../../lib/shared/policy/setting-definitions.ts';
import { templates } from '../policy-files/templates.ts';
import { packCrx3, publicKeyOf } from './crx3.ts';
import { updateManifest } from './update-manifest.ts';

export interface SelfHosted {
  /** Extension id in Chromium browsers, derived from the key. */
  id: string;
  redirectUri: string;
  /** For ALLOWED_ORIGINS of the gateway. */
  origin: string;
  /** By path: files for the server, and below `templates/` those for the machines. */
  files: Record<string, string | Buffer>;
}

/** @param source.baseUrl address of the files for the server, without a trailing slash */
export function selfHostedFiles(source: {
  version: string;
  chromiumZip: Buffer;
  firefoxZip: Buffer;
  privateKey: KeyObject;
  baseUrl: string;
  settings: PolicyValues;
}): SelfHosted {
  const { version, chromiumZip, firefoxZip, privateKey, baseUrl, settings } = source;
  const id = chromiumId(publicKeyOf(privateKey).toString('base64'));
  const crx = `phone-sign-in-${version}.crx`;
  const xpi = `phone-sign-in-${version}.xpi`;
  const policies = templates({
    chromium: { id, updateUrl: `${baseUrl}/updates.xml` },
    firefox: { id: geckoId, installUrl: `${baseUrl}/${xpi}`, allowUnsigned: true },
    settings,
  });
  return {
    id,
    redirectUri: chromiumRedirectUri(id),
    origin: `chrome-extension://${id}`,
    files: {
      [crx]: packCrx3(chromiumZip, privateKey),
      'updates.xml': updateManifest({ id, version, packageUrl: `${baseUrl}/${crx}` }),
      [xpi]: firefoxZip,
      ...Object.fromEntries(Object.entries(policies).map(([path, text]) => [`templates/${path}`, text])),
    },
  };
}
