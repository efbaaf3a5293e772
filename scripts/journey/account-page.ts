import type { BrowserDriver } from '../driver/browser-driver.ts';
import type { Surface } from '../driver/surface.ts';
import { sandboxText } from './sandbox-text.ts';

export const accountPage = 'https://mysignins.microsoft.com/security-info';

/** Opens the account page without a session at the service. */
export async function openAccountPage(driver: BrowserDriver): Promise<Surface> {
  const page = await driver.openPage(accountPage);
  await page.waitFor({ label: sandboxText.userName });
  return page;
}
