// Policy files for Chrome, Edge and Chromium on Linux.
import { type ChromiumBrowser, chromiumInstallation, type Deployment } from './deployment.ts';
import { json } from './json.ts';

export function linuxPolicy(browser: ChromiumBrowser, { chromium, settings }: Deployment): string {
  return json({
    ExtensionSettings: { [chromium.id]: chromiumInstallation(browser, chromium) },
    '3rdparty': { extensions: { [chromium.id]: settings } },
  });
}
