// What a self-hosted installation consists of, as files by their path: on top what goes to the server, below `templates/` what goes to
// the machines. The packages hold the very zips that the stores get.
import type { KeyObject } from 'node:crypto';
import { chromiumId, chromiumRedirectUri, geckoId } from '../../lib/shared/model/extension-ids.ts';
import type { PolicyValues } from '../../lib/shared/policy/rules.ts';
import { templates } from '../policy-files/templates.ts';
import { packCrx3, publicKeyOf } from './crx3.ts';
import { updateManifest } from './update-manifest.ts';

export interface SelfHosted {
  /** Of the extension in Chromium browsers, which follows from the key. */
  id: string;
  redirectUri: string;
  /** As the gateway knows the extension. */
  origin: string;
  files: Record<string, string | Buffer>;
}

/** @param source.baseUrl where the files on top are served, without a slash at its end */
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
