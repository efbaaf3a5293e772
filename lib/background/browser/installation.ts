// What follows an installation. After a newer version: the page that was open. After the first: the page where it is set up,
// where the person has installed it themselves; not where IT installs it or has set it up, and not on a developer's machine.

import { returnAfterUpdate } from '../../../components/data/reload.ts';
import { browser } from '../../shared/browser.ts';

export function followInstallation(isSetUp: () => Promise<boolean>): void {
  browser.runtime.onInstalled.addListener(async ({ reason }) => {
    if (reason === 'update') await returnAfterUpdate();
    if (reason !== 'install') return;
    const { installType } = await browser.management.getSelf();
    if (installType !== 'normal' || (await isSetUp())) return;
    await browser.tabs.create({ url: browser.runtime.getURL('/options.html') });
  });
}
