import type { BrowserName } from '../browsers.ts';
import type { BrowserDriver, LaunchOptions } from './browser-driver.ts';
import { launchChromium } from './chromium.ts';
import { launchFirefox } from './firefox.ts';

export function launch(browser: BrowserName, options: LaunchOptions): Promise<BrowserDriver> {
  return browser === 'firefox' ? launchFirefox(options) : launchChromium(options);
}
