// The account page at the organization.
import type { BrowserDriver } from '../driver/browser-driver.ts';
import type { Surface } from '../driver/surface.ts';

export const accountPage = 'https://mysignins.microsoft.com/security-info';

/** Opens it as someone whom the service does not know yet in this browser. */
export async function openAccountPage(driver: BrowserDriver): Promise<Surface> {
  const page = await driver.openPage(accountPage);
  await page.waitFor({ label: 'User name or phone number' });
  return page;
}
