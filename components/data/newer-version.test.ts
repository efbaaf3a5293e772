import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { onInstallation } from '../../lib/background/browser/installation.ts';
import { newerVersion, reloadForUpdate } from './newer-version.ts';

const fake = vi.hoisted(() => {
  const stored = new Map<string, unknown>();
  const listeners: (() => void)[] = [];
  const ofInstalled: ((details: { reason: string }) => Promise<void>)[] = [];
  return {
    stored,
    listeners,
    ofInstalled,
    runtime: {
      id: 'this' as string | undefined,
      reload: vi.fn(),
      getURL: (path: string) => `extension:${path}`,
      onInstalled: { addListener: (listener: (typeof ofInstalled)[number]) => ofInstalled.push(listener) },
      onUpdateAvailable: { addListener: (listener: () => void) => listeners.push(listener) },
    },
    storage: {
      local: {
        get: async (key: string) => (stored.has(key) ? { [key]: stored.get(key) } : {}),
        set: async (items: object) => {
          for (const [key, value] of Object.entries(items)) stored.set(key, value);
        },
        remove: async (key: string) => stored.delete(key),
      },
    },
    tabs: { create: vi.fn() },
  };
});
vi.mock('../../lib/shared/browser.ts', () => ({ browser: fake }));

beforeEach(() => {
  vi.useFakeTimers();
  fake.stored.clear();
  fake.ofInstalled.length = 0;
  fake.runtime.id = 'this';
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const installed = (reason: string) => Promise.all(fake.ofInstalled.map((listener) => listener({ reason })));

test('an update that waits for this page is reported at once', () => {
  const version = newerVersion();
  expect(version.value).toBe('none');
  for (const listener of fake.listeners) listener();
  expect(version.value).toBe('waits');
});

test('a page whose extension was replaced reports it within seconds, and stops checking', () => {
  const version = newerVersion();
  vi.advanceTimersByTime(60_000);
  expect(version.value).toBe('none');
  fake.runtime.id = undefined;
  vi.advanceTimersByTime(2_000);
  expect(version.value).toBe('replaced');
  expect(vi.getTimerCount()).toBe(0);
});

test('the newer version reopens the page that reloaded the extension, once', async () => {
  vi.stubGlobal('location', { pathname: '/options.html' });
  await reloadForUpdate();
  expect(fake.runtime.reload).toHaveBeenCalledOnce();
  onInstallation(async () => true);
  await installed('browser_update');
  expect(fake.tabs.create).not.toHaveBeenCalled();
  await installed('update');
  await installed('update');
  expect(fake.tabs.create).toHaveBeenCalledExactlyOnceWith({ url: 'extension:/options.html' });
});

test('an update that no page asked for opens nothing', async () => {
  onInstallation(async () => true);
  await installed('update');
  expect(fake.tabs.create).not.toHaveBeenCalled();
});
