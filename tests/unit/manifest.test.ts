// Checks the built packages: the exact manifests and the content of the bundles.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import metadata from 'libphonenumber-js/min/metadata';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumId, chromiumPublicKey, geckoId, redirectUris } from '../../lib/shared/model/extension-ids.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { buildExtension } from '../../scripts/build.ts';
import { localeNames } from '../../scripts/locales.ts';
import { chromeStorePackage, differences, entriesOf } from '../../scripts/release/packages.ts';

const folders = { chromium: 'chrome-mv3', firefox: 'firefox-mv3' } as const;
type Browser = keyof typeof folders;
const browsers = Object.keys(folders) as Browser[];

/** The pattern of British numbers, which minifiers keep. */
const phoneMetadata = JSON.stringify(metadata.countries.GB?.[2]).slice(1, -1);

let folder: string;
let chromiumPackage: string;
/** Text of each file by its path. */
const files = {} as Record<Browser, Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-manifest-'));
  ({ chromiumPackage } = await buildExtension(folder));
  for (const browser of browsers) {
    const root = join(folder, folders[browser]);
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    files[browser] = Object.fromEntries(
      await Promise.all(
        paths.map(async (path) => [path.slice(root.length + 1), await readFile(path, 'utf8')] as const),
      ),
    );
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const fileOf = (browser: Browser, path: string) => {
  const text = files[browser][path];
  if (text === undefined) throw new Error(`${browser} has no ${path}: ${Object.keys(files[browser]).join(', ')}`);
  return text;
};
const manifestOf = (browser: Browser) => JSON.parse(fileOf(browser, 'manifest.json')) as Record<string, unknown>;
const scriptsOf = (browser: Browser) => Object.entries(files[browser]).filter(([path]) => path.endsWith('.js'));
const pageScriptsOf = (browser: Browser) => scriptsOf(browser).filter(([path]) => path !== 'background.js');

const inBoth = {
  manifest_version: 3,
  name: '__MSG_extension_name__',
  description: '__MSG_extension_description__',
  version: packageJson.version,
  default_locale: 'en',
  icons: { 16: 'icon/16.png', 32: 'icon/32.png', 48: 'icon/48.png', 128: 'icon/128.png' },
  incognito: 'not_allowed',
  // alarms: wake the service worker; identity: sign-in window; scripting: register the banner; storage: tokens.
  permissions: ['alarms', 'identity', 'scripting', 'storage'],
  host_permissions: [
    // Needed to read Retry-After. The sign-in host is missing (docs/decisions/sign-in-host-without-permission.md).
    'https://graph.microsoft.com/*',
    // Account pages with the banner.
    'https://mysignins.microsoft.com/*',
    'https://myaccount.microsoft.com/*',
    'https://myprofile.microsoft.com/*',
  ],
  // Hosts of other clouds and configured account pages are requested one by one (docs/decisions/account-pages-on-other-hosts.md).
  optional_host_permissions: ['https://*/*'],
  content_security_policy: {
    extension_pages:
      "default-src 'self'; connect-src https:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  },
  action: { default_title: 'Phone Sign-in', default_popup: 'popup.html' },
  options_ui: { open_in_tab: true, page: 'options.html' },
};

test('case 63: the manifest for Chromium has exactly the documented permissions', () => {
  expect(manifestOf('chromium')).toEqual({
    ...inBoth,
    background: { service_worker: 'background.js' },
    key: chromiumPublicKey,
    minimum_chrome_version: '130',
    storage: { managed_schema: 'managed_schema.json' },
  });
  expect(JSON.parse(fileOf('chromium', 'managed_schema.json'))).toHaveProperty('properties.tenantId');
});

test('case 63: the manifest for Firefox has exactly the documented permissions and data categories', () => {
  expect(manifestOf('firefox')).toEqual({
    ...inBoth,
    background: { scripts: ['background.js'] },
    browser_specific_settings: {
      gecko: {
        id: geckoId,
        strict_min_version: '142.0',
        data_collection_permissions: { required: ['authenticationInfo', 'personallyIdentifyingInfo'] },
      },
    },
  });
});

test('the extension ids and the redirect URIs do not change', () => {
  expect(chromiumId(chromiumPublicKey)).toBe('jgdlljaihenjcanhmfjlhijpdongklgl');
  expect(redirectUris).toEqual({
    chromium: 'https://jgdlljaihenjcanhmfjlhijpdongklgl.chromiumapp.org/',
    firefox: 'https://12c8ccc4312e1fdade5dd51a6bfda763e07400b5.extensions.allizom.org/',
  });
});

describe.each(browsers)('%s', (browser) => {
  test('every locale has its folder', () => {
    const folders = Object.keys(files[browser]).filter((path) => path.startsWith('_locales'));
    expect(folders.sort()).toEqual(localeNames.map((name) => `_locales/${name}/messages.json`).sort());
  });

  test('case 18: the manifest has no web-accessible resources or static content scripts', () => {
    const manifest = manifestOf(browser);
    for (const key of ['web_accessible_resources', 'content_scripts', 'externally_connectable', 'sandbox']) {
      expect(manifest).not.toHaveProperty(key);
    }
  });

  test('case 10, case 25: the content security policy forbids foreign code and framing', () => {
    const { extension_pages: policy } = manifestOf(browser).content_security_policy as { extension_pages: string };
    const directives = Object.fromEntries(
      policy.split(';').map((directive) => {
        const [name = '', ...sources] = directive.trim().split(/\s+/);
        return [name, sources.join(' ')] as const;
      }),
    );
    expect(directives).toMatchObject({ 'default-src': "'self'", 'frame-ancestors': "'none'" });
    expect(directives).not.toHaveProperty('script-src');
    expect(policy).not.toMatch(/unsafe|data:|blob:|http:|\*/);
  });

  test('case 25: pages load files of the package only and have no inline code', () => {
    for (const [path, html] of Object.entries(files[browser]).filter(([name]) => name.endsWith('.html'))) {
      const addresses = [...html.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, address = '']) => address);
      expect(addresses.length, path).toBeGreaterThan(0);
      for (const address of addresses) expect(fileOf(browser, address.replace(/^\//, ''))).toBeTruthy();
      for (const [, attributes, body] of html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
        expect([attributes, body?.trim()]).toEqual([expect.stringContaining(' src="/'), '']);
      }
      expect(html, path).not.toMatch(/\son[a-z]+=|javascript:|<base|<iframe/i);
    }
  });

  test('case 26: no code is created from text or loaded remotely', () => {
    expect(scriptsOf(browser).length).toBeGreaterThan(2);
    for (const [path, code] of scriptsOf(browser)) {
      expect(code, path).not.toMatch(/\beval\s*\(|\bnew Function\b|[^.\w]Function\s*\(/);
      expect(code, path).not.toMatch(/\bimportScripts\s*\(|\bimport\s*\(\s*["'`]https?:|\bfrom\s*["'`]https?:/);
      expect(code, path).not.toMatch(/set(Timeout|Interval)\(\s*["'`]/);
    }
  });

  test('case 62: only the service worker sends network requests', () => {
    const asks = /\bfetch\s*\(|XMLHttpRequest|\bWebSocket\b|sendBeacon|EventSource|WebTransport/;
    expect(fileOf(browser, 'background.js')).toContain('AbortSignal.timeout');
    expect(fileOf(browser, 'background.js')).toContain('code_verifier');
    expect(pageScriptsOf(browser).length).toBeGreaterThan(1);
    for (const [path, code] of pageScriptsOf(browser)) {
      expect(asks.exec(code)?.[0], path).toBeUndefined();
      // Found in network.ts and in the OAuth client.
      expect(code, path).not.toMatch(/AbortSignal\.timeout|code_verifier/);
    }
  });

  test('the service worker has neither phone metadata nor UI code', () => {
    const background = fileOf(browser, 'background.js');
    const preact = 'dangerouslySetInnerHTML';
    const holding = (text: string) => scriptsOf(browser).filter(([, code]) => code.includes(text));
    for (const text of [phoneMetadata, preact]) {
      expect(background.includes(text), text).toBe(false);
      // Proves that the marker exists.
      expect(holding(text).length, text).toBeGreaterThan(0);
    }
  });

  test('pages load phone metadata on demand', () => {
    const holding = pageScriptsOf(browser).filter(([, code]) => code.includes(phoneMetadata));
    expect(holding).toHaveLength(1);
    const name = holding[0]?.[0].split('/').at(-1) ?? '';
    for (const [html, text] of Object.entries(files[browser]).filter(([file]) => file.endsWith('.html'))) {
      expect(text, html).not.toContain(name);
    }
    for (const [script, code] of pageScriptsOf(browser)) {
      expect(new RegExp(`(?:from|import)\\s*["'\`]\\./${name}`).test(code), script).toBe(false);
    }
  });

  test('the content script has at most 8 kB and no libraries', () => {
    const banner = fileOf(browser, 'banner.js');
    expect(Buffer.byteLength(banner)).toBeLessThan(8_000);
    expect(banner).toContain('attachShadow');
    // Markers of webextension-polyfill, valibot and the messaging library.
    expect(banner).not.toMatch(/ProxyAPI|isPlainObject|safeParse|deserializeError|\bpostMessage\b/);
  });

  test('the package has no source files', () => {
    expect(Object.keys(files[browser]).filter((path) => /\.(map|tsx?|md)$|package\.json/.test(path))).toEqual([]);
  });
});

test("case 63: the Chrome store package is the tested package without the manifest's key and is reproducible", async () => {
  const tested = await readFile(chromiumPackage);
  const store = await chromeStorePackage(tested);
  expect(store.equals(await chromeStorePackage(tested))).toBe(true);
  expect(await differences(tested, store)).toEqual(['manifest.json']);
  const { key, ...rest } = manifestOf('chromium');
  expect(key).toBeTruthy();
  expect(JSON.parse(String((await entriesOf(store)).get('manifest.json')))).toEqual(rest);
  expect([...(await entriesOf(tested)).keys()].toSorted()).toEqual(Object.keys(files.chromium).toSorted());
});

test('the packages of both browsers have the same page scripts', () => {
  const scripts = (browser: Browser) => Object.fromEntries(scriptsOf(browser));
  expect(Object.keys(scripts('chromium'))).toEqual(Object.keys(scripts('firefox')));
  for (const [path, code] of pageScriptsOf('chromium')) expect(fileOf('firefox', path) === code, path).toBe(true);
});
