// What a Chromium browser asks an update server for: which version there is, and where.
// Source: developer.chrome.com/docs/apps/autoupdate.
import { xmlText } from '../policy-files/xml.ts';

export function updateManifest(extension: { id: string; version: string; packageUrl: string }): string {
  const { id, version, packageUrl } = extension;
  return `<?xml version="1.0" encoding="UTF-8"?>
<gupdate xmlns="http://www.google.com/update2/response" protocol="2.0">
  <app appid="${xmlText(id)}">
    <updatecheck codebase="${xmlText(packageUrl)}" version="${xmlText(version)}"/>
  </app>
</gupdate>
`;
}
