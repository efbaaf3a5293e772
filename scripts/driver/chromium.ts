// Drives Chromium with Playwright, and with the DevTools protocol where Playwright has no method.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, CDPSession, Page, Worker } from '@playwright/test';
import { chromiumId, chromiumPublicKey } from '../../lib/shared/model/extension-ids.ts';
import { findBrowser } from '../browsers.ts';
import type { BrowserDriver, LaunchOptions } from './browser-driver.ts';
import { traced } from './chromium-trace.ts';
import { type Emulation, type PageAccess, Surface, signInPage } from './surface.ts';
import { PageClosed, until } from './until.ts';

/** API of the page in which `run.control.evaluate` runs. */
declare const chrome: {
  windows: { getAll(query: { windowTypes: string[] }): Promise<{ id?: number }[]> };
  developerPrivate: Record<SettingsVerb, (...given: unknown[]) => Promise<void>>;
  action: { openPopup(options: { windowId?: number }): Promise<void> };
};

type SettingsVerb = 'addHostPermission' | 'removeHostPermission' | 'updateExtensionConfiguration';

export async function launchChromium(options: LaunchOptions): Promise<BrowserDriver> {
  const profileFolder = options.profileFolder ?? (await mkdtemp(join(tmpdir(), 'phone-sign-in-chromium-')));
  const { extension, optionalHost } = options;
  const copy = extension && optionalHost ? await naming(optionalHost, extension) : undefined;
  const launched = copy ? { ...options, extension: copy } : options;
  const extensionId = options.chromiumId ?? chromiumId(chromiumPublicKey);
  const origin = `chrome-extension://${extensionId}`;
  if (options.isDeveloperProfile) await writeDeveloperPreferences(profileFolder, extensionId);
  const hosts = new Set<string>();
  const errors = new Set<string>();
  let run = await start(launched, origin, profileFolder, hosts, errors);
  let restarting = false;
  const closed = Promise.withResolvers<void>();
  const watchEnd = () => run.context.once('close', () => restarting || closed.resolve());
  watchEnd();
  const onAct = () => options.onAct?.();
  const surfaceOf = (page: Page) => new Surface(pageAccess(page), onAct);
  const pageAt = (address: RegExp) => {
    const others = () => run.context.pages().filter((page) => !run.opened.has(page));
    return until(`a page at ${address}`, () => others().find((each) => address.test(each.url())), {
      instead: () =>
        `Open are: ${run.context
          .pages()
          .map((each) => withoutQuery(each.url()))
          .join(', ')}`,
    });
  };
  const popups = () =>
    run.context.pages().filter((page) => page.url().startsWith(`${origin}/popup.html`) && !run.opened.has(page));

  /** Calls the API of chrome://extensions. */
  const inSettings = async (verb: SettingsVerb, ...given: unknown[]) => {
    const page = await run.context.newPage();
    await page.goto('chrome://extensions');
    await page.evaluate(([name, ...rest]) => chrome.developerPrivate[name](...rest), [verb, ...given] as const);
    await page.close();
  };

  const driver: BrowserDriver = {
    name: 'chromium',
    closed: closed.promise,

    async openExtensionPage(path, { width, height = 720 } = {}) {
      const surface = await driver.openPage(`${origin}/${path}`);
      if (width) await surface.setSize(width, height);
      return surface;
    },

    async openPage(url) {
      const page = await run.context.newPage();
      run.opened.add(page);
      onAct();
      await page.goto(url, { waitUntil: 'domcontentloaded' });
      return surfaceOf(page);
    },

    async openPopup() {
      await driver.closePopup();
      onAct();
      // Without a window id the sign-in window would be used, which has no toolbar.
      await run.control.evaluate(async () => {
        const [window] = await chrome.windows.getAll({ windowTypes: ['normal'] });
        await chrome.action.openPopup(window?.id === undefined ? {} : { windowId: window.id });
      });
      return driver.reopenedPopup();
    },

    async reopenedPopup() {
      return surfaceOf(await until('the popup to open', () => popups()[0]));
    },

    async hasPopup() {
      return popups().length > 0;
    },

    async closePopup() {
      for (const page of popups()) await page.close();
    },

    withholdHosts: () => inSettings('updateExtensionConfiguration', { extensionId, hostAccess: 'ON_CLICK' }),
    allowHost: (pattern) => inSettings('addHostPermission', extensionId, pattern),
    refuseHost: (pattern) => inSettings('removeHostPermission', extensionId, pattern),

    async waitForPage(address) {
      return surfaceOf(await pageAt(address));
    },

    async signInWindow() {
      const page = await pageAt(signInPage);
      await driver.closePopup();
      return new Surface(pageAccess(page));
    },

    async stopBackground() {
      await until('the service worker to stop', async () => {
        // A pending event, such as the installation, can start the service worker again.
        if (run.isWorkerRunning()) await run.workers.send('ServiceWorker.stopAllWorkers');
        return !run.isWorkerRunning();
      });
    },

    async offerUpdate() {
      throw new Error('Chromium does not update a folder.');
    },

    async isBackgroundRunning() {
      return run.isWorkerRunning();
    },

    async restart(meanwhile) {
      restarting = true;
      await run.context.close();
      await meanwhile?.(profileFolder);
      onAct();
      run = await start(launched, origin, profileFolder, hosts, errors);
      restarting = false;
      watchEnd();
    },

    async reopenTabsAfter(reload) {
      const isTab = (page: Page) =>
        page.url().startsWith(`${origin}/`) && page !== run.control && !popups().includes(page);
      const addresses = run.context
        .pages()
        .filter(isTab)
        .map((page) => page.url());
      // The browser ends with its last tab.
      const control = await run.context.newPage();
      const restarted = run.context.waitForEvent('serviceworker', {
        predicate: (worker) => worker.url().startsWith(`${origin}/`),
        timeout: 0,
      });
      onAct();
      reload();
      await restarted;
      run = await controlFrom(control, origin, errors);
      for (const address of addresses) await (await run.context.newPage()).goto(address);
    },

    noted(action) {
      const session = run.workers;
      return traced(
        {
          send: (method, params) => session.send(method, params),
          on(method, hear) {
            session.on(method, hear);
            return () => session.off(method, hear);
          },
        },
        action,
      );
    },

    async requestedHosts() {
      return [...hosts];
    },

    async extensionErrors() {
      return [...errors];
    },

    async close() {
      await run.context.close();
      if (!options.profileFolder) await rm(profileFolder, { recursive: true, force: true, maxRetries: 5 });
      if (copy) await rm(copy, { recursive: true, force: true });
    },
  };
  return driver;
}

function loading(folders: (string | undefined)[]): string[] {
  const list = folders.filter((folder) => folder !== undefined).join();
  return [`--disable-extensions-except=${list}`, `--load-extension=${list}`];
}

/** Copies the extension and adds a host to its manifest. */
async function naming(host: string, extension: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'phone-sign-in-extension-'));
  await cp(extension, copy, { recursive: true });
  const path = join(copy, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  manifest.host_permissions.push(host);
  await writeFile(path, JSON.stringify(manifest));
  return copy;
}

interface Run {
  context: BrowserContext;
  control: Page;
  /** Session of the domain ServiceWorker. */
  workers: CDPSession;
  isWorkerRunning(): boolean;
  /** Pages that the driver opened. */
  opened: WeakSet<Page>;
}

async function start(
  options: LaunchOptions,
  origin: string,
  profileFolder: string,
  hosts: Set<string>,
  errors: Set<string>,
): Promise<Run> {
  // The target of a popup has the type "other", which Playwright ignores without this variable.
  process.env.PW_CHROMIUM_ATTACH_TO_OTHER = '1';
  const { chromium } = await import('@playwright/test');
  const executablePath = options.program ?? findBrowser('chromium');
  if (!executablePath) throw new Error('Chromium is not installed.');
  const context = await chromium.launchPersistentContext(profileFolder, {
    executablePath,
    headless: options.headless,
    chromiumSandbox: process.getuid?.() !== 0,
    viewport: null,
    colorScheme: options.colorScheme ?? null,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    // Playwright sets pages to American English by default.
    ...(options.locale ? { locale: options.locale, env: { ...environment(), LANGUAGE: options.locale } } : {}),
    // These default arguments prevent installation by policy.
    ...(options.extension
      ? {}
      : {
          ignoreDefaultArgs: [
            '--disable-extensions',
            '--disable-background-networking',
            '--disable-component-extensions-with-background-pages',
          ],
        }),
    args: [
      ...(options.extension ? loading([options.extension, options.otherExtension]) : []),
      // Playwright's proxy option does not cover the service worker.
      `--proxy-server=127.0.0.1:${options.proxyPort}`,
      `--ignore-certificate-errors-spki-list=${options.certificateSpki}`,
      '--disable-quic',
      // Software emulation of a graphics card takes a sixth of a scenario's time.
      // A popup is not higher than the screen below it.
      ...(options.headless ? ['--disable-gpu', '--screen-info={1280x1024}'] : []),
      '--no-first-run',
      '--window-size=1280,900',
      ...(options.locale ? [`--lang=${options.locale}`] : []),
    ],
  });
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (!/^(https?|wss?):$/.test(protocol)) return;
    const asker = request.serviceWorker()?.url() ?? (request.isNavigationRequest() ? '' : request.frame().url());
    if (asker.startsWith(`${origin}/`)) hosts.add(hostname);
  });
  context.on('console', (message) => {
    const source = message.worker()?.url() ?? message.page()?.url() ?? '';
    // The browser logs each failed request as an error.
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
    if (source.startsWith(`${origin}/`)) errors.add(`${withoutQuery(source)}: ${message.text()}`);
  });
  context.on('weberror', (error) => {
    const source = error.page()?.url() ?? '';
    if (source.startsWith(`${origin}/`)) errors.add(`${withoutQuery(source)}: ${error.error().stack}`);
  });

  // Pages of the extension cannot be opened before it is installed.
  const isOurs = (worker: Worker) => worker.url().startsWith(`${origin}/`);
  if (!context.serviceWorkers().some(isOurs)) await context.waitForEvent('serviceworker', isOurs);
  return controlFrom(context.pages()[0] ?? (await context.newPage()), origin, errors);
}

/**
 * Controls the extension from a tab with a resource that has its API and runs none of its code, so that opening the popup
 * and stopping the service worker neither wakes nor replaces a page.
 */
async function controlFrom(control: Page, origin: string, errors: Set<string>): Promise<Run> {
  const context = control.context();
  await control.goto(`${origin}/manifest.json`);
  const workers = await context.newCDPSession(control);
  const running = new Set<string>();
  // A service worker that is stopped during installation starts again.
  let isInstalled = false;
  workers.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    for (const version of versions) {
      if (!version.scriptURL.startsWith(origin)) continue;
      if (version.runningStatus === 'stopped') running.delete(version.versionId);
      else running.add(version.versionId);
      if (version.status === 'activated' && version.runningStatus === 'running') isInstalled = true;
    }
  });
  workers.on('ServiceWorker.workerErrorReported', ({ errorMessage }) => {
    if (errorMessage.sourceURL.startsWith(origin)) errors.add(`background: ${errorMessage.errorMessage}`);
  });
  await workers.send('ServiceWorker.enable');
  await until('the service worker to be installed and to run', () => isInstalled);
  return { context, control, workers, isWorkerRunning: () => running.size > 0, opened: new WeakSet([control]) };
}

/** Without developer mode, Chromium disables an unpacked extension when it is reloaded. */
async function writeDeveloperPreferences(profileFolder: string, extensionId: string): Promise<void> {
  const folder = join(profileFolder, 'Default');
  await mkdir(folder, { recursive: true });
  const extensions = { ui: { developer_mode: true }, pinned_extensions: [extensionId] };
  await writeFile(join(folder, 'Preferences'), JSON.stringify({ extensions }));
}

function pageAccess(page: Page): PageAccess {
  const open = () => {
    if (page.isClosed()) throw new PageClosed('the page was closed.');
  };
  return {
    async call(source, argument, shadowHost) {
      open();
      if (shadowHost) return callInShadowRoot(page, source, argument, shadowHost);
      return page.evaluate(`(${source})(${JSON.stringify(argument)}, document)`);
    },
    async clickAt(x, y) {
      open();
      await page.mouse.click(x, y);
    },
    async type(text) {
      open();
      await page.keyboard.type(text);
    },
    async press(key) {
      open();
      await page.keyboard.press(key);
    },
    screenshot: () => page.screenshot(),
    setSize: (width, height) => page.setViewportSize({ width, height }),
    async emulate({ colorScheme, forcedColors, reducedMotion }: Emulation) {
      await page.emulateMedia({
        ...(colorScheme ? { colorScheme } : {}),
        ...(forcedColors === undefined ? {} : { forcedColors: forcedColors ? 'active' : 'none' }),
        ...(reducedMotion === undefined ? {} : { reducedMotion: reducedMotion ? 'reduce' : 'no-preference' }),
      });
    },
    async reload() {
      await page.reload({ waitUntil: 'domcontentloaded' });
    },
    close: () => page.close(),
    async isClosed() {
      return page.isClosed();
    },
  };
}

/** Uses the debugger, because scripts cannot reach a closed shadow root. */
async function callInShadowRoot(page: Page, source: string, argument: unknown, shadowHost: string): Promise<unknown> {
  const session = await page.context().newCDPSession(page);
  try {
    const { root } = await session.send('DOM.getDocument', { depth: 0 });
    const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector: shadowHost });
    if (!nodeId) throw new Error(`Nothing is at ${shadowHost}.`);
    const { node } = await session.send('DOM.describeNode', { nodeId, depth: 1, pierce: true });
    const shadowRoot = node.shadowRoots?.find(({ shadowRootType }) => shadowRootType === 'closed');
    if (!shadowRoot) throw new Error(`${shadowHost} has no closed shadow root.`);
    const { object } = await session.send('DOM.resolveNode', { backendNodeId: shadowRoot.backendNodeId });
    const { result, exceptionDetails } = await session.send('Runtime.callFunctionOn', {
      ...(object.objectId ? { objectId: object.objectId } : {}),
      functionDeclaration: `function () { return (${source})(${JSON.stringify(argument)}, this); }`,
      returnByValue: true,
      awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  } finally {
    await session.detach().catch(() => {});
  }
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Removes the query, because sign-in addresses contain codes and names. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*/, '');
}
