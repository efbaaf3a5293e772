// The measured extensions: the store build with a probe, an empty one, and one with a still picture of the popup. All have
// the same id, so that browsers treat them alike.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserName } from '../browsers.ts';

const probeFolder = join(import.meta.dirname, 'in-extension');

/** @returns folder of the copy */
export async function withProbe(built: string, folder: string): Promise<string> {
  await cp(built, folder, { recursive: true });
  await addProbe(folder);
  return folder;
}

/**
 * An empty popup with one small script, and a service worker that answers. On `pages` (match patterns) it has a minimal
 * content script that asks the service worker and shows one line.
 */
export async function emptyExtension(
  browser: BrowserName,
  product: string,
  folder: string,
  pages: string[] = [],
): Promise<string> {
  const { key, browser_specific_settings } = JSON.parse(await readFile(join(product, 'manifest.json'), 'utf8'));
  const background = browser === 'firefox' ? { scripts: ['background.js'] } : { service_worker: 'background.js' };
  await mkdir(folder, { recursive: true });
  const files = {
    'manifest.json': JSON.stringify({
      manifest_version: 3,
      name: 'Empty',
      version: '1',
      action: { default_popup: 'popup.html' },
      background,
      permissions: ['storage'],
      ...(pages.length > 0 ? { host_permissions: pages, content_scripts: [{ matches: pages, js: ['line.js'] }] } : {}),
      key,
      browser_specific_settings,
    }),
    'popup.html':
      '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Empty</title><style>body{width:360px;height:300px}</style></head><body><div id="app"></div><script type="module" src="popup.js"></script></body></html>',
    'popup.js': "document.getElementById('app').textContent = 'Empty';",
    'line.js':
      "chrome.runtime.sendMessage('hello').then((answer) => { const host = document.createElement('div'); host.attachShadow({ mode: 'closed' }).textContent = answer; document.documentElement.append(host); });",
    'background.js': "chrome.runtime.onMessage.addListener((message, sender, answer) => { answer('echo'); });",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await addProbe(folder);
  return folder;
}

/** @param html rendered popup, which uses the styles of the product */
export async function stillExtension(product: string, html: string, folder: string): Promise<string> {
  await cp(product, folder, { recursive: true });
  const withoutScripts = html.replaceAll(/<script.*?<\/script>|<link rel="modulepreload".*?>/gs, '');
  await writeFile(join(folder, 'popup.html'), `<!doctype html>${withoutScripts}`);
  await addProbe(folder);
  return folder;
}

async function addProbe(folder: string): Promise<void> {
  await cp(probeFolder, folder, { recursive: true });
  const popup = join(folder, 'popup.html');
  const html = await readFile(popup, 'utf8');
  await writeFile(popup, html.replace(/<head>/, '<head><script src="/probe.js"></script>'));
}
