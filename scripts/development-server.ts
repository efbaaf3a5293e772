// WXT's development server, which rebuilds the extension when a file changes.
import { join } from 'node:path';
import { createServer } from 'wxt';
import type { BrowserName } from './browsers.ts';
import type { BrowserDriver } from './driver/browser-driver.ts';

export interface DevelopmentServer {
  /** Folder of the extension, for `LaunchOptions.extension`. */
  extension: string;
  /** Opens the tabs of the extension again after each reload. */
  serve(driver: BrowserDriver): void;
  stop(): Promise<void>;
}

/** @param root folder of a checkout */
export async function startDevelopmentServer(browser: BrowserName, root = process.cwd()): Promise<DevelopmentServer> {
  const target = browser === 'chromium' ? 'chrome' : 'firefox';
  const server = await createServer({ root, browser: target, webExt: { disabled: true } });
  await server.start();
  return {
    extension: join(root, `.output/${target}-mv3-dev`),
    serve(driver) {
      if (!driver.reopenTabsAfter) return;
      const reload = server.reloadExtension.bind(server);
      let reloading = Promise.resolve();
      server.reloadExtension = () => {
        reloading = reloading.then(() => driver.reopenTabsAfter?.(reload)).catch(console.error);
      };
    },
    stop: () => server.stop(),
  };
}
