// `npm run dev` in Chromium.
import { execFileSync } from 'node:child_process';
import { appendFile, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startDevelopmentServer } from '../../scripts/development-server.ts';
import { text } from '../../scripts/journey/text.ts';
import { expect, startBrowser, startSandbox, test } from './scenario.ts';

/** Where functions sent to a page of the extension run, not here. */
declare const chrome: typeof import('wxt/browser').browser;

test('@long a change of the service worker reloads the extension, runs the new code and reopens its tabs', async () => {
  // dependency-cruiser cannot read `await using`.
  const cleanUp = new AsyncDisposableStack();
  try {
    const checkout = await mkdtemp(join(tmpdir(), 'phone-sign-in-dev-'));
    cleanUp.defer(() => rm(checkout, { recursive: true, force: true }));
    const files = execFileSync('git', ['ls-files', '-z', '--', ':!docs', ':!tests'], { encoding: 'utf8' });
    for (const file of files.split('\0').filter(Boolean)) await cp(file, join(checkout, file));
    await symlink(resolve('node_modules'), join(checkout, 'node_modules'));
    execFileSync('wxt', ['prepare'], { cwd: checkout });
    const server = await startDevelopmentServer('chromium', checkout);
    cleanUp.defer(() => server.stop());
    const sandbox = await startSandbox();
    cleanUp.defer(() => sandbox.close());
    const driver = await startBrowser('chromium', sandbox, { extension: server.extension, isDeveloperProfile: true });
    cleanUp.defer(() => driver.close());
    server.serve(driver);
    await driver.openExtensionPage('options.html');

    // The second change shows that the extension is still enabled after a reload.
    for (const change of ['first', 'second']) {
      const code = `\nchrome.storage.session.set({ 'dev-test': '${change}' });\n`;
      await appendFile(join(checkout, 'entrypoints/background.ts'), code);
      const stored = async () => {
        const options = await driver.waitForPage(/options[.]html$/);
        await options.waitForText(text('options.intro'));
        return options.evaluate(async () => (await chrome.storage.session.get('dev-test'))['dev-test']);
      };
      // The reload can close the page during the question.
      await expect.poll(() => stored().catch(() => 'reloading')).toBe(change);
    }
  } finally {
    await cleanUp.disposeAsync();
  }
});
