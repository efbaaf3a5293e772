// The sentences of a section are read in one browser, one after the other: each scenario goes on where the one before it
// ended, and leaves a picture.

import type { BrowserDriver } from '../../../scripts/driver/browser-driver.ts';
import type { Surface } from '../../../scripts/driver/surface.ts';
import type { Organization } from '../../../services/sandbox/organization.ts';
import { browserOf, expectNoSideEffects, startBrowser, startSandbox, test } from '../scenario.ts';
import { type SentenceName, sentences } from './sentences.ts';

export interface Scene {
  driver: BrowserDriver;
  sandbox: Organization;
}

/** To be called in a `test.describe`. Answers what names a scenario after a sentence; it answers the page to picture. */
export function chapter(
  furtherHosts: string[] = [],
): (sentence: SentenceName, take: (scene: Scene) => Promise<Surface>) => void {
  let scene: Scene | undefined;
  const current = () => {
    if (!scene) throw new Error('The browser of this chapter did not start.');
    return scene;
  };
  test.describe.configure({ mode: 'serial' });

  test.beforeAll(async () => {
    const sandbox = await startSandbox();
    scene = { sandbox, driver: await startBrowser(browserOf(test.info().project.name), sandbox) };
  });

  test.afterAll(async () => {
    const { driver, sandbox } = current();
    try {
      await expectNoSideEffects(driver, sandbox, furtherHosts);
    } finally {
      await driver.close();
      await sandbox.close();
    }
  });

  return (sentence, take) => {
    test(sentences[sentence].text, async () => {
      const surface = await take(current());
      await surface.screenshot(`test-results/seed/${test.info().project.name}/${sentence}.png`);
    });
  };
}
