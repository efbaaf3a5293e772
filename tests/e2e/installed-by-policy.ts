// Nobody has touched the browser: the packages of `npm run package:self-hosted` lie on an update server, and the deployment templates
// made with them lie on the machine, unchanged. The rest is the browser's doing.
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromiumId, chromiumRedirectUri, redirectUris } from '../../lib/shared/model/extension-ids.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { BrowserName } from '../../scripts/browsers.ts';
import type { ManagedMachine } from '../../scripts/driver/managed-machine.ts';
import { publicKeyOf } from '../../scripts/self-hosted/crx3.ts';
import { type SelfHosted, selfHostedFiles } from '../../scripts/self-hosted/files.ts';
import type { Organization } from '../../services/sandbox/organization.ts';
import { builtExtension } from './extension-under-test.ts';
import { test as base, policyFiles } from './managed-scenario.ts';
import { browserOf } from './scenario.ts';
import { startUpdateServer, type UpdateServer } from './update-server.ts';

export { expect } from './scenario.ts';

interface InstalledByPolicy {
  packageKey: KeyObject;
  server: UpdateServer;
  selfHosted: SelfHosted;
  /** The same extension under a higher version, on the server and, where they name it, in the policies. */
  publishNewer: (version: string) => Promise<void>;
}

type Source = Parameters<typeof selfHostedFiles>[0];

export const test = base.extend<InstalledByPolicy>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  packageKey: async ({}, use) => {
    await use(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
  },

  // The organization has registered what follows from its key.
  sandboxOptions: async ({ packageKey }, use) => {
    await use({ redirectUris: [chromiumRedirectUri(idOf(packageKey)), redirectUris.firefox] });
  },
  gatewayChanges: async ({ packageKey }, use) => {
    await use({ allowedOrigins: [`chrome-extension://${idOf(packageKey)}`, 'moz-extension://*'] });
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  server: async ({}, use) => {
    const server = await startUpdateServer();
    await use(server);
    await server[Symbol.asyncDispose]();
  },

  selfHosted: async ({ packageKey, server, sandbox }, use) => {
    const { chromiumPackage, firefox } = builtExtension();
    const selfHosted = selfHostedFiles({
      ...sourceOf(packageKey, server, sandbox),
      version: packageJson.version,
      chromiumZip: await readFile(chromiumPackage),
      firefoxZip: await readFile(firefox),
    });
    server.serve(selfHosted.files);
    await use(selfHosted);
  },

  publishNewer: async ({ packageKey, server, sandbox, machine }, use, info) => {
    const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-newer-'));
    await use(async (version) => {
      const newer = selfHostedFiles({
        ...sourceOf(packageKey, server, sandbox),
        version,
        chromiumZip: await readFile(await packAs(version, 'chrome-mv3', folder)),
        firefoxZip: await readFile(await packAs(version, 'firefox-mv3', folder)),
      });
      server.serve(newer.files);
      await layTemplates(machine, browserOf(info.project.name), newer);
    });
    await rm(folder, { recursive: true, force: true });
  },

  driverOptions: async ({ machine, browserOnMachine, selfHosted }, use, info) => {
    await layTemplates(machine, browserOf(info.project.name), selfHosted);
    await use({ program: browserOnMachine, extension: undefined, chromiumId: selfHosted.id });
  },
});

function sourceOf(privateKey: KeyObject, server: UpdateServer, { tenant, gatewayOrigin }: Organization) {
  return {
    privateKey,
    baseUrl: server.url,
    settings: {
      tenantId: tenant.id,
      clientId: tenant.clientId,
      gatewayUrl: gatewayOrigin,
      gatewayScope: tenant.gateway.scope,
      organizationName: 'Contoso',
      allowManualSetup: false,
    },
  } satisfies Partial<Source>;
}

async function layTemplates(machine: ManagedMachine, browser: BrowserName, { files }: SelfHosted): Promise<void> {
  const template = browser === 'chromium' ? 'linux/chromium/phone-sign-in.json' : 'firefox/policies.json';
  await machine.write(policyFiles[browser], String(files[`templates/${template}`]));
}

/** Path of the packed file. */
async function packAs(version: string, build: string, folder: string): Promise<string> {
  const source = join(folder, build);
  await cp(join(dirname(builtExtension().chromium), build), source, { recursive: true });
  const manifest = join(source, 'manifest.json');
  await writeFile(manifest, JSON.stringify({ ...JSON.parse(await readFile(manifest, 'utf8')), version }));
  const packed = `${build}.zip`;
  const options = ['--source-dir', source, '--artifacts-dir', folder, '--filename', packed];
  const { status, stderr } = spawnSync('web-ext', ['build', ...options], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The newer version was not packed: ${stderr}`);
  return join(folder, packed);
}

function idOf(key: KeyObject): string {
  return chromiumId(publicKeyOf(key).toString('base64'));
}
