// `npm start`: the sandbox and a real browser with the extension, connected and ready to try. Without a window it walks
// through the main job instead, a line and a screenshot for each step. `npm run dev` is the same with WXT's development
// server, which brings each change of the code into the open browser.
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createServer } from 'wxt';
import { redirectUris } from '../lib/shared/model/extension-ids.ts';
import { type Organization, startOrganization } from '../services/sandbox/organization.ts';
import { type BrowserName, requireBrowsers } from './browsers.ts';
import { buildExtension } from './build.ts';
import type { BrowserDriver } from './driver/browser-driver.ts';
import { launch } from './driver/launch.ts';
import type { Surface } from './driver/surface.ts';
import { connectWithGateway } from './journey/connect.ts';
import { walkThrough } from './journey/walk-through.ts';

const { browser, headless, port, screenshots, watch } = options();
requireBrowsers([browser]);

const folder = mkdtempSync(join(tmpdir(), 'phone-sign-in-start-'));
// Also after an error that nobody caught: neither a profile nor a browser (the drivers see to that) stays.
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const cleanUp = new AsyncDisposableStack();
const interrupted = new Promise<number>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(130));
});
const status = await Promise.race([interrupted, main()]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
await cleanUp.disposeAsync();
process.exit(status);

async function main(): Promise<number> {
  console.log('Building the extension …');
  const extension = watch ? await developmentServer() : (await buildExtension(folder))[browser];
  console.log('Starting the sandbox …');
  const sandbox = await startOrganization({
    redirectUris: Object.values(redirectUris),
    proxyPort: port,
    propagation: 2000,
    quiet: true,
  });
  cleanUp.defer(() => sandbox.close());
  console.log(`Starting ${browser} …`);
  const launching = launch(browser, {
    extension,
    proxyPort: sandbox.proxyPort,
    certificateSpki: sandbox.certificate.spkiSha256Base64,
    profileFolder: join(folder, 'profile'),
    headless,
  });
  // Before it is there: who interrupts in between leaves no browser behind either.
  cleanUp.defer(async () => (await launching.catch(() => undefined))?.close());
  const driver = await launching;
  if (headless) return walk(driver, sandbox);
  await connectWithGateway(driver, sandbox);
  console.log(whatToTry(sandbox));
  await driver.closed;
  return 0;
}

async function developmentServer(): Promise<string> {
  const server = await createServer({
    browser: browser === 'chromium' ? 'chrome' : 'firefox',
    webExt: { disabled: true },
  });
  await server.start();
  cleanUp.defer(() => server.stop());
  return resolve(`.output/${browser === 'chromium' ? 'chrome' : 'firefox'}-mv3-dev`);
}

async function walk(driver: BrowserDriver, sandbox: Organization): Promise<number> {
  await rm(screenshots, { recursive: true, force: true });
  await mkdir(screenshots, { recursive: true });
  let last: Surface | undefined;
  for (const [index, { title, take }] of walkThrough(driver, sandbox).entries()) {
    const number = String(index + 1).padStart(2, '0');
    const picture = join(
      screenshots,
      `${number} ${title.replace(/[^\w -]+/g, '')}.png`.replaceAll(' ', '-').toLowerCase(),
    );
    try {
      last = await take();
      await last.screenshot(picture);
      console.log(`✓ ${number} ${title}`);
    } catch (error) {
      console.error(`✗ ${number} ${title}\n${error instanceof Error ? error.message : error}`);
      await last?.screenshot(picture.replace('.png', '-failed.png')).catch(() => {});
      return 1;
    }
  }
  console.log(`A screenshot of each step is in ${relative(process.cwd(), screenshots) || screenshots}.`);
  return 0;
}

function whatToTry({ tenant, employees, gatewayOrigin, proxyPort }: Organization): string {
  const people = Object.values(employees).map(
    ({ userName, mobile, about }) => `  ${userName.padEnd(32)}${mobile.padEnd(18)}${about}`,
  );
  const [anyone] = Object.values(employees);
  return `
The extension is connected to the sandbox's organization. Click its button in the toolbar and sign in as one of:

${people.join('\n')}

Password of each: ${anyone?.password}
Where a code is texted, it arrives at https://handsets.contoso.example

To try
  1. Sign in as ${employees.mobileNotEnabled.userName} and enable SMS sign-in for the number.
  2. Open https://mysignins.microsoft.com/security-info, sign out there, and sign in with the number as the user name.
  3. Sign in as ${employees.noPhoneYet.userName}, choose Add method, Phone, and register ${employees.noPhoneYet.mobile}.
     The code arrives on its handset.

To connect by hand (Settings): cloud Worldwide · tenant ${tenant.domain} · application ID ${tenant.clientId}
  with the gateway ${gatewayOrigin} · scope ${tenant.gateway.scope}
  or without it: then Add method leads to the account page, and the popup notices the number
All these addresses exist only in this browser, through the sandbox's proxy at 127.0.0.1:${proxyPort}.
Close the browser or press Ctrl-C to end.`;
}

interface Options {
  browser: BrowserName;
  headless: boolean;
  port: number;
  screenshots: string;
  watch: boolean;
}

function options(): Options {
  const usage = 'npm start [-- --firefox] [--headless] [--port N] [--screenshots FOLDER]';
  try {
    const { values } = parseArgs({
      options: {
        firefox: { type: 'boolean', default: false },
        headless: { type: 'boolean', default: false },
        port: { type: 'string', default: '0' },
        screenshots: { type: 'string' },
        watch: { type: 'boolean', default: false },
      },
    });
    const browser = values.firefox ? 'firefox' : 'chromium';
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`--port ${values.port} is not a port.`);
    const noDisplay = process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
    if (noDisplay && !values.headless) console.log('There is no display: walking through without a window.');
    return {
      browser,
      headless: values.headless || noDisplay,
      port,
      screenshots: values.screenshots ?? join('.screenshots', browser),
      watch: values.watch,
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\nUsage: ${usage}`);
    process.exit(1);
  }
}
