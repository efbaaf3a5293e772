// Nobody has touched the browser: the packages of `npm run package:self-hosted` lie on an update server, and the deployment templates
// made with them lie on the machine, unchanged. The rest is the browser's doing.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import packageJson from '../../package.json' with { type: 'json' };
import { chromiumId, chromiumRedirectUri, redirectUris } from '../../scripts/extension-ids.ts';
import { json } from '../../scripts/policy-files/json.ts';
import { publicKeyOf } from '../../scripts/self-hosted/crx3.ts';
import { type SelfHosted, selfHostedFiles } from '../../scripts/self-hosted/files.ts';
import { builtExtension } from './extension-under-test.ts';
import { test as base, policyFiles } from './managed-scenario.ts';
import { browserOf } from './scenario.ts';
import { startUpdateServer, type UpdateServer } from './update-server.ts';

export { expect } from './scenario.ts';

interface InstalledByPolicy {
  packageKey: KeyObject;
  server: UpdateServer;
  selfHosted: SelfHosted;
}

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
    await using server = await startUpdateServer();
    await use(server);
  },

  selfHosted: async ({ packageKey, server, sandbox }, use) => {
    const { chromiumPackage, firefox } = builtExtension();
    const selfHosted = selfHostedFiles({
      version: packageJson.version,
      chromiumZip: await readFile(chromiumPackage),
      firefoxZip: await readFile(firefox),
      privateKey: packageKey,
      baseUrl: server.url,
      settings: {
        tenantId: sandbox.tenant.id,
        clientId: sandbox.tenant.clientId,
        gatewayUrl: sandbox.gatewayOrigin,
        gatewayScope: sandbox.tenant.gateway.scope,
        organizationName: 'Contoso',
        allowManualSetup: false,
      },
    });
    server.serve(selfHosted.files);
    await use(selfHosted);
  },

  driverOptions: async ({ machine, browserOnMachine, selfHosted }, use, info) => {
    const template = (path: string) => String(selfHosted.files[`templates/${path}`]);
    if (browserOf(info.project.name) === 'chromium') {
      await machine.write(policyFiles.chromium, template('linux/chromium/phone-sign-in.json'));
      // Not for the extension: otherwise no debugger, and so no driver, gets at what IT has installed.
      await machine.write(policyFiles.chromiumDriver, json({ DeveloperToolsAvailability: 1 }));
    } else await machine.write(policyFiles.firefox, template('firefox/policies.json'));
    await use({ program: browserOnMachine, extension: undefined, chromiumId: selfHosted.id });
  },
});

function idOf(key: KeyObject): string {
  return chromiumId(publicKeyOf(key).toString('base64'));
}
