import type { BrowserDriver } from '../driver/browser-driver.ts';
import type { Surface } from '../driver/surface.ts';
import { until } from '../driver/until.ts';
import { accountPage } from './account-page.ts';
import { specification } from './specification.ts';
import { text } from './text.ts';

export const enableOnBanner = { role: 'button', name: specification.enable };
export const offerOf = (digits: string) => text('banner.offer', { digits });

/** The banner's host element has no name, class or attribute by which a page could recognize it. */
export function bannerOn(page: Surface): Surface {
  return page.closedShadowRoot('html > div');
}

export function hasBanner(page: Surface): Promise<boolean> {
  return page.evaluate(() => document.querySelector('html > div') !== null);
}

export function waitForNoBanner(page: Surface): Promise<boolean> {
  return until('the banner to be gone', async () => !(await hasBanner(page)));
}

/** Opens the account page with a session at the service, once it shows the methods. */
export async function accountPageOf(driver: BrowserDriver, address = accountPage): Promise<Surface> {
  const page = await driver.openPage(address);
  await page.waitFor({ role: 'heading', name: 'Security info' });
  await page.waitForText('These are the methods you use');
  return page;
}
