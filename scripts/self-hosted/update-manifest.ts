import { xml } from '../policy-files/xml.ts';

/** The answer of an update server for Chromium browsers. Source: developer.chrome.com/docs/apps/autoupdate. */
export function updateManifest(extension: { id: string; version: string; packageUrl: string }): string {
  const { id, version, packageUrl } = extension;
  return xml({
    gupdate: {
      '@xmlns': 'http://www.google.com/update2/response',
      '@protocol': '2.0',
      app: { '@appid': id, updatecheck: { '@codebase': packageUrl, '@version': version } },
    },
  });
}
