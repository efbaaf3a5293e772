// Drives Firefox by WebDriver BiDi. The toolbar, the event page and request origins have no BiDi commands; functions of
// firefox-window.ts handle them in the browser window.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { geckoId } from '../../lib/shared/model/extension-ids.ts';
import { findBrowser } from '../browsers.ts';
import type { BrowserDriver, LaunchOptions } from './browser-driver.ts';
import { type FirefoxProcess, type Preferences, startFirefox } from './firefox-process.ts';
import { firefoxProfiler } from './firefox-profiler.ts';
import { firefoxWindow } from './firefox-window.ts';
import { type Emulation, type PageAccess, Surface, signInPage } from './surface.ts';
import { PageClosed, until } from './until.ts';

export async function launchFirefox(options: LaunchOptions): Promise<BrowserDriver> {
  const profileFolder = options.profileFolder ?? (await mkdtemp(join(tmpdir(), 'phone-sign-in-firefox-')));
  // Firefox chooses a random id per installation; a fixed one gives the pages known addresses.
  const uuid = randomUUID();
  const origin = originOf(uuid);
  const hosts = new Set<string>();
  const errors = new Set<string>();
  const closed = Promise.withResolvers<void>();
  const extensionStarted = () =>
    until('the extension to start', async () => Boolean(await run.window('backgroundState', { id: geckoId })));
  // Only a new profile on an unmanaged machine is certain to open the first page.
  const isFirst = options.profileFolder === undefined && options.program === undefined;
  let restarting = false;
  let run = await start(options, profileFolder, uuid);
  try {
    if (options.otherExtension) await install(run.firefox, options.otherExtension);
    if (options.extension) {
      await install(run.firefox, options.extension);
      if (isFirst && !options.keepsFirstPage) await closeFirstPage(run.firefox, `${origin}/options.html`);
    } else await extensionStarted();
  } catch (error) {
    await run.firefox.end();
    throw error;
  }
  const watchEnd = () => void run.firefox.ended.then(() => restarting || closed.resolve());
  watchEnd();

  const collect = async () => {
    const seen = await run.window('seen', {});
    for (const host of seen.hosts) hosts.add(host);
    for (const error of seen.errors) errors.add(error);
  };
  const onAct = () => options.onAct?.();
  const surfaceOf = (context: string) => new Surface(pageAccess(run, context), onAct);
  const contexts = async () => (await tree(run.firefox)).filter(({ context }) => !run.opened.has(context));
  const contextAt = async (address: RegExp) => {
    const found = await until(
      `a page at ${address}`,
      async () => (await contexts()).find(({ url }) => address.test(url)),
      {
        instead: async () => `Open are: ${(await contexts()).map(({ url }) => url.replace(/[?#].*/, '')).join(', ')}`,
      },
    );
    return found.context;
  };

  const driver: BrowserDriver = {
    name: 'firefox',
    closed: closed.promise,

    async openExtensionPage(path, { width, height = 720 } = {}) {
      const surface = await driver.openPage(`${origin}/${path}`);
      if (width) await surface.setSize(width, height);
      return surface;
    },

    async openPage(url) {
      const { context } = await run.firefox.send<{ context: string }>('browsingContext.create', { type: 'tab' });
      run.opened.add(context);
      onAct();
      // BiDi never reports the load of an extension page, so each caller waits for the document.
      await run.firefox.send('browsingContext.navigate', { context, url, wait: 'none' });
      const surface = surfaceOf(context);
      await until('the page to load', () =>
        surface.evaluate(() => location.href !== 'about:blank' && document.readyState !== 'loading'),
      );
      return surface;
    },

    async openPopup() {
      await driver.closePopup();
      await until('the window with the toolbar to become active', () => run.window('raise', {}));
      onAct();
      await run.window('openPopup', { id: geckoId });
      return driver.reopenedPopup();
    },

    async reopenedPopup() {
      return surfaceOf(await until('the popup to open', () => run.window('popup', { origin })));
    },

    async hasPopup() {
      return (await run.window('popup', { origin })) !== undefined;
    },

    async closePopup() {
      await run.window('closePopup', {});
      await until('the popup to close', async () => (await run.window('popup', { origin })) === undefined);
    },

    withholdHosts: () => run.window('withholdHosts', { id: geckoId }),
    allowHost: (host) => run.window('changeHost', { id: geckoId, host, change: 'add' }),
    refuseHost: (host) => run.window('changeHost', { id: geckoId, host, change: 'remove' }),

    async waitForPage(address) {
      return surfaceOf(await contextAt(address));
    },

    async signInWindow() {
      const context = await contextAt(signInPage);
      await driver.closePopup();
      return new Surface(pageAccess(run, context));
    },

    async stopBackground() {
      await until('the event page to stop', () => run.window('stopBackground', { id: geckoId }));
    },

    async offerUpdate(extension) {
      await run.window('offerUpdate', { path: extension });
    },

    installedVersion: () => run.window('installedVersion', { id: geckoId }),

    async isBackgroundRunning() {
      return (await run.window('backgroundState', { id: geckoId })) === 'running';
    },

    async restart(meanwhile) {
      await collect();
      restarting = true;
      await run.firefox.end();
      await meanwhile?.(profileFolder);
      onAct();
      run = await start(options, profileFolder, uuid);
      restarting = false;
      watchEnd();
      await extensionStarted();
    },

    async noted(action) {
      await run.profiler('start', {});
      await action();
      return (await run.profiler('stop', { processes: 'Isolated Web Co' })) as Record<string, number>;
    },

    async requestedHosts() {
      await collect();
      return [...hosts];
    },

    async extensionErrors() {
      await collect();
      return [...errors];
    },

    async close() {
      await run.firefox.end();
      if (!options.profileFolder) await rm(profileFolder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return driver;
}

function originOf(uuid: string): string {
  return `moz-extension://${uuid}`;
}

type WindowVerbs = typeof firefoxWindow;

interface Run {
  firefox: FirefoxProcess;
  /** Calls a function of firefox-window.ts in the browser window. */
  window<Name extends keyof WindowVerbs>(
    verb: Name,
    argument: Parameters<WindowVerbs[Name]>[0],
  ): Promise<Awaited<ReturnType<WindowVerbs[Name]>>>;
  profiler(verb: keyof typeof firefoxProfiler, argument: object): Promise<unknown>;
  /** Contexts that the driver opened. */
  opened: Set<string>;
}

async function start(options: LaunchOptions, profileFolder: string, uuid: string): Promise<Run> {
  const program = options.program ?? findBrowser('firefox');
  if (!program) throw new Error('Firefox is not installed.');
  const firefox = await startFirefox({
    program,
    profileFolder,
    headless: options.headless,
    preferences: preferences(options, uuid),
  });
  const [main] = await tree(firefox, 'chrome');
  if (!main) throw new Error('Firefox has no window.');
  const run: Run = {
    firefox,
    window: async (verb, argument) =>
      call(firefox, main.context, `({ ${firefoxWindow[verb]} }).${verb}`, argument) as never,
    profiler: (verb, argument) => call(firefox, main.context, `({ ${firefoxProfiler[verb]} }).${verb}`, argument),
    opened: new Set(),
  };
  await run.window('watch', { id: geckoId, origin: originOf(uuid) });
  await run.window('admitPopups', {});
  return run;
}

function preferences({ extension, proxyPort, colorScheme, locale }: LaunchOptions, uuid: string): Preferences {
  return {
    'extensions.webextensions.uuids': JSON.stringify({ [geckoId]: uuid }),
    // ESR accepts an unsigned extension with this preference. On managed machines, policy decides.
    ...(extension ? { 'xpinstall.signatures.required': false } : {}),
    'network.proxy.type': 1,
    'network.proxy.http': '127.0.0.1',
    'network.proxy.http_port': proxyPort,
    'network.proxy.ssl': '127.0.0.1',
    'network.proxy.ssl_port': proxyPort,
    'network.proxy.no_proxies_on': '',
    'network.trr.mode': 5,
    ...(colorScheme ? { 'layout.css.prefers-color-scheme.content-override': colorScheme === 'dark' ? 0 : 1 } : {}),
    ...(locale ? { 'intl.locale.requested': locale } : {}),
  };
}

/** Installs a packed file permanently, and a folder until the browser ends. */
async function install(firefox: FirefoxProcess, path: string): Promise<void> {
  const isPacked = (await stat(path)).isFile();
  await firefox.send('webExtension.install', {
    extensionData: { type: isPacked ? 'archivePath' : 'path', path },
    'moz:permanent': isPacked,
  });
}

/** Closes the page that a first installation opens. */
async function closeFirstPage(firefox: FirefoxProcess, address: string): Promise<void> {
  const first = await until('the page of a first installation', async () =>
    (await tree(firefox)).find(({ url }) => url === address),
  );
  await firefox.send('browsingContext.close', { context: first.context });
}

interface Context {
  context: string;
  url: string;
}

async function tree(firefox: FirefoxProcess, scope: 'chrome' | 'content' = 'content'): Promise<Context[]> {
  const parameters = { maxDepth: 0, ...(scope === 'chrome' ? { 'moz:scope': 'chrome' } : {}) };
  return (await firefox.send<{ contexts: Context[] }>('browsingContext.getTree', parameters)).contexts;
}

interface CallResult {
  type: 'success' | 'exception';
  result?: { type: string; value?: string; sharedId?: string };
  exceptionDetails?: { text: string };
}

/** Passes argument and result as JSON, because BiDi's own value format is verbose. */
async function call(
  firefox: FirefoxProcess,
  context: string,
  source: string,
  argument: unknown,
  root?: string,
): Promise<unknown> {
  const answer = await firefox.send<CallResult>('script.callFunction', {
    functionDeclaration: `async (json, root) => JSON.stringify(await (${source})(JSON.parse(json), root ?? document))`,
    arguments: [{ type: 'string', value: JSON.stringify(argument) }, ...(root ? [{ sharedId: root }] : [])],
    awaitPromise: true,
    target: { context },
  });
  if (answer.type === 'exception') throw new Error(answer.exceptionDetails?.text);
  return answer.result?.value === undefined ? undefined : JSON.parse(answer.result.value);
}

interface SerializedNode {
  sharedId?: string;
  value?: { shadowRoot?: SerializedNode | null; mode?: string };
}

/** Reads BiDi's serialization, because scripts cannot reach a closed shadow root. */
async function closedShadowRoot(firefox: FirefoxProcess, context: string, host: string): Promise<string> {
  const { result } = await firefox.send<{ result: SerializedNode }>('script.callFunction', {
    functionDeclaration: '(selector) => document.querySelector(selector)',
    arguments: [{ type: 'string', value: host }],
    awaitPromise: false,
    serializationOptions: { includeShadowTree: 'all', maxDomDepth: 1 },
    target: { context },
  });
  const root = result.value?.shadowRoot;
  if (!root?.sharedId || root.value?.mode !== 'closed') throw new Error(`${host} has no closed shadow root.`);
  return root.sharedId;
}

// https://w3c.github.io/webdriver/#keyboard-actions
const keyValues: Record<string, string> = {
  Backspace: '\uE003',
  Tab: '\uE004',
  Enter: '\uE007',
  Shift: '\uE008',
  Control: '\uE009',
  Alt: '\uE00A',
  Escape: '\uE00C',
  Space: ' ',
  PageUp: '\uE00E',
  PageDown: '\uE00F',
  End: '\uE010',
  Home: '\uE011',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
  Delete: '\uE017',
  Meta: '\uE03D',
};

function pageAccess(run: Run, context: string): PageAccess {
  const { firefox } = run;
  const isClosed = async () => {
    const open = await tree(firefox).catch(() => []);
    return (
      !open.some((each) => each.context === context) && !(await run.window('isPopup', { context }).catch(() => false))
    );
  };
  /** Replaces an error by PageClosed if the page was closed. */
  const inPage = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await ask();
    } catch (error) {
      if (await isClosed()) throw new PageClosed('the page was closed.');
      throw error;
    }
  };
  const act = (type: 'key' | 'pointer', actions: object[]) =>
    inPage(() =>
      firefox.send('input.performActions', {
        context,
        actions: [{ type, id: type, ...(type === 'pointer' ? { parameters: { pointerType: 'mouse' } } : {}), actions }],
      }),
    );
  const stroke = (value: string) => [
    { type: 'keyDown', value },
    { type: 'keyUp', value },
  ];
  return {
    call: (source, argument, shadowHost) =>
      inPage(async () => {
        const root = shadowHost ? await closedShadowRoot(firefox, context, shadowHost) : undefined;
        return call(firefox, context, source, argument, root);
      }),
    async clickAt(x, y) {
      await act('pointer', [
        { type: 'pointerMove', x: Math.round(x), y: Math.round(y) },
        { type: 'pointerDown', button: 0 },
        { type: 'pointerUp', button: 0 },
      ]);
    },
    async type(text) {
      await act('key', [...text].flatMap(stroke));
    },
    async press(key) {
      const names = key === '+' ? ['+'] : key.split('+');
      const values = names.map((name) => keyValues[name] ?? name);
      await act('key', [
        ...values.map((value) => ({ type: 'keyDown', value })),
        ...values.toReversed().map((value) => ({ type: 'keyUp', value })),
      ]);
    },
    async screenshot() {
      const { data } = await inPage(() =>
        firefox.send<{ data: string }>('browsingContext.captureScreenshot', { context }),
      );
      return Buffer.from(data, 'base64');
    },
    async setSize(width, height) {
      await inPage(() => firefox.send('browsingContext.setViewport', { context, viewport: { width, height } }));
    },
    async emulate(emulation: Emulation) {
      await run.window('emulate', { context, emulation });
    },
    async reload() {
      await inPage(() => firefox.send('browsingContext.reload', { context, wait: 'none' }));
    },
    async close() {
      if (await run.window('isPopup', { context })) await run.window('closePopup', {});
      else await firefox.send('browsingContext.close', { context });
      await until('the page to close', isClosed);
    },
    isClosed,
  };
}
