// With a model of the newer versions of Chromium, which run one sign-in at a time.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { detailsOf } from '../../shared/model/errors.ts';
import { createLaunchSignIn } from './launch-sign-in.ts';

const page = 'https://login.microsoftonline.com/tenant/oauth2/v2.0/authorize';
const redirect = 'https://extension.chromiumapp.org/?code=1';

interface Tab {
  windowId: number;
  url?: string;
}
interface Flow extends PromiseWithResolvers<string> {
  interactive: boolean;
  windowId?: number;
}

function chromium() {
  const event = <Value>() => {
    const listeners = new Set<(value: Value) => void>();
    return {
      addListener: (listener: (value: Value) => void) => listeners.add(listener),
      removeListener: (listener: (value: Value) => void) => listeners.delete(listener),
      fire: (value: Value) => listeners.forEach((listener) => void listener(value)),
      listeners,
    };
  };
  const events = {
    window: event<{ id: number; type: string }>(),
    tab: event<Tab>(),
    update: event<number>(),
  };
  let openTabs: Tab[] = [];
  let lastId = 0;
  const flows: Flow[] = [];
  let current: Flow | undefined;
  const closed: number[] = [];
  const focused: number[] = [];

  function open(tabUrls: (string | undefined)[], type = 'popup'): number {
    lastId += 1;
    const windowId = lastId;
    events.window.fire({ id: windowId, type });
    for (const url of tabUrls) {
      const tab = { windowId, ...(url === undefined ? {} : { url }) };
      openTabs.push(tab);
      events.tab.fire(tab);
    }
    return windowId;
  }
  const api = {
    identity: {
      async launchWebAuthFlow({ interactive }: { interactive: boolean }) {
        if (current) throw new Error('Only one web auth flow is allowed at a time.');
        const flow: Flow = { interactive, ...Promise.withResolvers<string>() };
        current = flow;
        flows.push(flow);
        return flow.promise.finally(() => {
          current = undefined;
        });
      },
    },
    tabs: { query: async () => openTabs, onCreated: events.tab, onUpdated: events.update },
    windows: {
      onCreated: events.window,
      async update(id: number, { focused: isFocused }: { focused?: boolean }) {
        if (!openTabs.some(({ windowId }) => windowId === id)) throw new Error(`No window with id: ${id}.`);
        if (isFocused) focused.push(id);
      },
      async remove(id: number) {
        closed.push(id);
        openTabs = openTabs.filter(({ windowId }) => windowId !== id);
        flows.find(({ windowId }) => windowId === id)?.reject(new Error('The user did not approve access.'));
      },
    },
  };
  return {
    flows,
    closed,
    focused,
    open,
    launch: createLaunchSignIn(api as unknown as Parameters<typeof createLaunchSignIn>[0], false),
    /** The window of the newest flow appears when its page has loaded. */
    show(url: string | undefined = page) {
      const flow = flows.at(-1);
      if (flow) flow.windowId = lastId + 1;
      return open([url]);
    },
    navigate(id: number, url: string | undefined) {
      openTabs = openTabs.map((tab) => (tab.windowId === id ? { windowId: id, ...(url ? { url } : {}) } : tab));
      events.update.fire(id);
    },
    listeners: () => Object.values(events).reduce((sum, { listeners }) => sum + listeners.size, 0),
  };
}

let browser: ReturnType<typeof chromium>;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('navigator', { onLine: true });
  browser = chromium();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const settle = () => vi.advanceTimersByTimeAsync(0);
const kindOf = (thrown: Promise<unknown>) =>
  thrown.then(
    () => 'done',
    (error) => detailsOf(error).kind,
  );
/** An interactive sign-in that the user may abandon. */
function begin() {
  const abandoned = new AbortController();
  return { kind: kindOf(browser.launch(page, true, abandoned.signal)), abandon: () => abandoned.abort() };
}

test('a sign-in window waits for a running silent sign-in', async () => {
  const silent = browser.launch(page, false);
  await settle();
  const window = browser.launch(page, true);
  await settle();
  expect(browser.flows.map(({ interactive }) => interactive)).toEqual([false]);
  browser.flows[0]?.resolve(redirect);
  expect(await silent).toBe(redirect);
  await settle();
  expect(browser.flows.map(({ interactive }) => interactive)).toEqual([false, true]);
  browser.flows[1]?.resolve(redirect);
  expect(await window).toBe(redirect);
});

test('silent sign-ins run one after another, and a failed one does not keep the next from running', async () => {
  const ends = [browser.launch(page, false), browser.launch(page, false)].map(kindOf);
  await settle();
  expect(browser.flows).toHaveLength(1);
  browser.flows[0]?.reject(new Error('User interaction required.'));
  expect(await ends[0]).toBe('signed-out');
  await settle();
  browser.flows[1]?.resolve(redirect);
  expect(await ends[1]).toBe('done');
});

test('a silent sign-in during an open window says nothing about the session', async () => {
  const { kind, abandon } = begin();
  await settle();
  browser.show();
  expect(await kindOf(browser.launch(page, false))).toBe('sign-in-window-open');
  abandon();
  expect(await kind).toBe('sign-in-not-finished');
});

test('a second window is refused while the first one is not abandoned', async () => {
  begin();
  await settle();
  expect(await begin().kind).toBe('sign-in-window-open');
});

test('a sign-in abandoned before its turn opens no window', async () => {
  void browser.launch(page, false);
  const { kind, abandon } = begin();
  await settle();
  abandon();
  browser.flows[0]?.resolve(redirect);
  expect(await kind).toBe('sign-in-not-finished');
  expect(browser.flows).toHaveLength(1);
});

test('an abandoned window is closed before the next one opens', async () => {
  const first = begin();
  await settle();
  const id = browser.show();
  first.abandon();
  const second = begin();
  await settle();
  expect(browser.closed).toEqual([id]);
  expect(browser.flows).toHaveLength(2);
  browser.flows[1]?.resolve(redirect);
  expect(await second.kind).toBe('done');
  expect(browser.listeners()).toBe(0);
});

test('a window that appears after the sign-in was abandoned is closed before the next one opens', async () => {
  const first = begin();
  await settle();
  first.abandon();
  const second = begin();
  await settle();
  expect(browser.flows).toHaveLength(1);
  const id = browser.show();
  await settle();
  expect(browser.closed).toEqual([id]);
  expect(await first.kind).toBe('sign-in-not-finished');
  browser.flows[1]?.resolve(redirect);
  expect(await second.kind).toBe('done');
});

test.each<[string, (show: () => number) => void]>([
  ['a second popup window of another application', (show) => [show(), browser.open([page])]],
  ['a window with several tabs', () => browser.open([page, page])],
  ['a window whose address is not readable', () => browser.navigate(browser.show(), undefined)],
  ['a window at another host', () => browser.show('https://login.microsoftonline.com.example/')],
])('no window is closed in doubt: %s', async (_, open) => {
  const first = begin();
  await settle();
  open(browser.show);
  first.abandon();
  // The words are true: the window is open.
  expect(await begin().kind).toBe('sign-in-window-open');
  expect(browser.closed).toEqual([]);
});

test('an abandoned window whose address is not readable comes to the front when it prevents the next sign-in', async () => {
  const first = begin();
  await settle();
  const id = browser.show('https://login.microsoftonline.com/');
  browser.navigate(id, undefined);
  first.abandon();
  await settle();
  expect(browser.focused, 'not before the user wants to sign in again').toEqual([]);
  expect(await begin().kind).toBe('sign-in-window-open');
  expect(browser.focused).toEqual([id]);
  browser.flows[0]?.reject(new Error('The user did not approve access.'));
  expect(await first.kind).toBe('sign-in-not-finished');
  const next = begin();
  await settle();
  browser.flows[1]?.resolve(redirect);
  expect(await next.kind).toBe('done');
});

test('no window comes to the front if the one that prevents the sign-in is not known or already closed', async () => {
  begin();
  await settle();
  browser.show();
  expect(await begin().kind).toBe('sign-in-window-open');
  expect(browser.focused).toEqual([]);
});

test('a browser window of the user is not taken for the sign-in window', async () => {
  const first = begin();
  await settle();
  browser.open([page], 'normal');
  const id = browser.show();
  first.abandon();
  expect(await first.kind).toBe('sign-in-not-finished');
  expect(browser.closed).toEqual([id]);
});

test('a window that never appears delays the next sign-in by 8 seconds', async () => {
  const first = begin();
  await settle();
  first.abandon();
  const second = begin();
  await vi.advanceTimersByTimeAsync(7_999);
  expect(browser.flows).toHaveLength(1);
  browser.flows[0]?.reject(new Error('Authorization page load timed out.'));
  await settle();
  browser.flows[1]?.resolve(redirect);
  expect(await second.kind).toBe('done');

  const third = begin();
  await settle();
  third.abandon();
  const fourth = begin();
  await vi.advanceTimersByTimeAsync(8_000);
  expect(await fourth.kind).toBe('sign-in-window-open');
});
