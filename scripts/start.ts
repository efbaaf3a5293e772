// `npm start`: opens a real browser with the extension, connected to the sandbox. Without a window it walks through the
// main steps instead. `npm run dev` does the same with WXT's development server.
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { redirectUris } from '../lib/shared/model/extension-ids.ts';
import { type Organization, startOrganization } from '../services/sandbox/organization.ts';
import { type BrowserName, requireBrowsers } from './browsers.ts';
import { buildExtension } from './build.ts';
import { commandLine, refuse } from './command-line.ts';
import { type DevelopmentServer, startDevelopmentServer } from './development-server.ts';
import type { BrowserDriver } from './driver/browser-driver.ts';
import { launch } from './driver/launch.ts';
import type { Surface } from './driver/surface.ts';
import { connectWithGateway } from './journey/connect.ts';
import { walkThrough } from './journey/walk-through.ts';

const { browser, headless, port, screenshots, watch } = options();
requireBrowsers([browser]);

const folder = mkdtempSync(join(tmpdir(), 'phone-sign-in-start-'));
// Removes the profile after an uncaught error, too.
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
  let server: DevelopmentServer | undefined;
  if (watch) {
    const started = await startDevelopmentServer(browser);
    cleanUp.defer(() => started.stop());
    server = started;
  }
  const extension = server?.extension ?? (await buildExtension(folder))[browser];
  console.log('Starting the sandbox …');
  const sandbox = await startOrganization({
    redirectUris: Object.values(redirectUris),
    proxyPort: port,
    propagation: 2000,
    secondFactors: headless ? 'approve' : 'by-hand',
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
    isDeveloperProfile: watch,
  });
  // Registered before the browser is up, so that an interruption closes it, too.
  cleanUp.defer(async () => (await launching.catch(() => undefined))?.close());
  const driver = await launching;
  server?.serve(driver);
  if (headless) return walk(driver, sandbox);
  await connectWithGateway(driver, sandbox);
  console.log(whatToTry(sandbox));
  await driver.closed;
  return 0;
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
Codes by text and requests to approve a sign-in arrive at https://handsets.contoso.example

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
  const usage = `npm start [-- --firefox] [--headless] [--port N] [--screenshots FOLDER]
  --firefox      Firefox instead of Chromium
  --headless     walks through the main steps without a window
  --port         port of the sandbox's proxy
  --screenshots  folder of the screenshots that --headless takes
  --watch        reloads the extension when the code changes, as npm run dev does`;
  const { values } = commandLine(usage, {
    firefox: { type: 'boolean', default: false },
    headless: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    screenshots: { type: 'string' },
    watch: { type: 'boolean', default: false },
  });
  const browser = values.firefox ? 'firefox' : 'chromium';
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) refuse(usage, `--port ${values.port} is not a port.`);
  const noDisplay = process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
  if (noDisplay && !values.headless) console.log('There is no display: walking through without a window.');
  return {
    browser,
    headless: values.headless || noDisplay,
    port,
    screenshots: values.screenshots ?? join('.screenshots', browser),
    watch: values.watch,
  };
}
