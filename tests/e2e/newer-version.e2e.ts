// In Firefox only: Chromium does not update an extension that is loaded from a folder.

import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { until } from '../../scripts/driver/until.ts';
import { accountPageOf, bannerOn, enableOnBanner, offerOf } from '../../scripts/journey/banner.ts';
import { connectAndSignIn } from '../../scripts/journey/sign-in.ts';
import { text } from '../../scripts/journey/text.ts';
import { builtExtension } from './extension-under-test.ts';
import { expect, test } from './scenario.ts';

/** For functions that run in a page of the extension. */
declare const chrome: typeof import('wxt/browser').browser;

const newest = '99.0';

let folder: string;
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-newer-'));
});
test.afterEach(() => rm(folder, { recursive: true, force: true }));

test('an update while the options page is open is reported there, reopens it on a click, and replaces the older banner', async ({
  driver,
  sandbox,
}) => {
  await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await driver.closePopup();
  const page = await accountPageOf(driver);
  await bannerOn(page).waitForText(offerOf('02'));
  const options = await driver.openExtensionPage('options.html');
  await options.waitForText('+44 •••• 102');

  await driver.offerUpdate(await packNewest());
  await options.waitForText(text('newer_version.waits'));
  await options.click({ role: 'button', name: text('newer_version.reload') });
  await options.waitForClosed();

  const after = await until(
    'a page of the newer version',
    async () => (await driver.isBackgroundRunning()) && driver.openExtensionPage('popup.html'),
  );
  await after.waitForText('+44 •••• 102');
  await until('the options page to be open again', () =>
    after.evaluate(async () => {
      const tabs = await chrome.tabs.query({});
      return tabs.some(({ url }) => url === chrome.runtime.getURL('/options.html' as never));
    }),
  );
  expect(await after.evaluate(() => chrome.runtime.getManifest().version)).toBe(newest);

  // The one banner is of the newer version: a click on the older one has no effect.
  const banner = bannerOn(page);
  await until('one banner', () => page.evaluate(() => document.querySelectorAll('html > div').length === 1));
  await banner.waitForText(offerOf('02'));
  await banner.click(enableOnBanner);
  await (await driver.reopenedPopup()).waitFor({ role: 'heading', name: text('enable.title') });
});

/** The same extension under a higher version. */
async function packNewest(): Promise<string> {
  const source = join(folder, 'extension');
  await cp(join(dirname(builtExtension().firefox), 'firefox-mv3'), source, { recursive: true });
  const manifest = join(source, 'manifest.json');
  await writeFile(manifest, JSON.stringify({ ...JSON.parse(await readFile(manifest, 'utf8')), version: newest }));
  spawnSync('web-ext', ['build', '--source-dir', source, '--artifacts-dir', folder]);
  const packed = (await readdir(folder)).find((name) => name.endsWith('.zip'));
  if (!packed) throw new Error('The newer version was not packed.');
  return join(folder, packed);
}
