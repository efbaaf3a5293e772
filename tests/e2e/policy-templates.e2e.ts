// Real browsers read the templates of docs/it.

import { readFileSync } from 'node:fs';
import { geckoId } from '../../lib/shared/model/extension-ids.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { labelled, text } from '../../scripts/journey/text.ts';
import { exampleDeployment } from '../../scripts/policy-files/templates.ts';
import { expect, test } from './managed-scenario.ts';

/** With another id for the installation, because Chromium does not load an unpacked extension that it has to install. */
const template = (path: string) =>
  readFileSync(`docs/it/templates/${path}`, 'utf8').replace(
    `"ExtensionSettings": {\n    "${exampleDeployment.chromium.id}"`,
    `"ExtensionSettings": {\n    "${'a'.repeat(32)}"`,
  );
const settings = Object.keys(exampleDeployment.settings);

for (const { path, browser, reads } of [
  { path: 'linux/chromium/phone-sign-in.json', browser: 'chromium', reads: 'all' },
  { path: 'linux/chrome/phone-sign-in.json', browser: 'chromium', reads: 'all' },
  // Chromium does not know Edge's key for pinning.
  { path: 'linux/edge/phone-sign-in.json', browser: 'chromium', reads: 'settings' },
  { path: 'firefox/policies.json', browser: 'firefox', reads: 'all' },
  { path: `firefox/managed-storage/${geckoId}.json`, browser: 'firefox', reads: 'settings' },
]) {
  test.describe(path, () => {
    test.use({ policyText: template(path), nativeManifest: path.includes('managed-storage') });

    test('the browser reads the template without errors and passes its settings on', async ({ driver }, info) => {
      test.skip(info.project.name !== browser, `This one is for ${browser}.`);
      const options = await driver.openExtensionPage('options.html#policy');
      for (const key of settings) await options.waitForText(labelled(key, text('policy.state.in_effect')));
      if (reads === 'settings') return;
      if (browser === 'chromium') {
        const about = await driver.openPage('chrome://policy');
        const fine = /ExtensionSettings\s+\{[^}]+\}\}\s+\S+\s+Machine\s+Mandatory\s+OK/;
        await expect.poll(() => allText(about)).toMatch(fine);
      } else {
        const about = await driver.openPage('about:policies');
        await expect.poll(() => allText(about)).toContain('ExtensionSettings');
        expect(await allText(about)).not.toMatch(/\b(Error|Invalid|Unknown)\b/);
      }
    });
  });
}

/** The text of a page, including open shadow roots. */
function allText(page: Surface): Promise<string> {
  return page.evaluate(() => {
    const read = (root: ParentNode): string =>
      [...root.querySelectorAll('*')]
        .filter((element) => element instanceof HTMLElement && !['STYLE', 'SCRIPT'].includes(element.tagName))
        .flatMap((element) => [
          ...[...element.childNodes]
            .filter(({ nodeType }) => nodeType === Node.TEXT_NODE)
            .map(({ nodeValue }) => nodeValue ?? ''),
          element.shadowRoot ? read(element.shadowRoot) : '',
        ])
        .join(' ');
    return read(document);
  });
}
