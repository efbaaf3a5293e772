// One configuration for both browsers. What ends up in the manifests is asserted in tests/unit/manifest.test.ts.
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import preact from '@preact/preset-vite';
import { defineConfig } from 'wxt';
import { hostPermissions } from './lib/shared/model/clouds.ts';
import { chromiumPublicKey, geckoId } from './lib/shared/model/extension-ids.ts';
import { keepBudgets, sizesOf } from './scripts/budgets.ts';
import { compileAhead } from './scripts/compile-hint.ts';
import { polyfillAsModule } from './scripts/polyfill-as-module.ts';

export default defineConfig({
  modules: ['@wxt-dev/webextension-polyfill', '@wxt-dev/i18n/module'],
  imports: false,
  i18n: { localesDir: 'lib/shared/language/locales' },
  manifestVersion: 3,
  targetBrowsers: ['chrome', 'firefox'],
  vite: () => ({
    plugins: [preact(), compileAhead(), polyfillAsModule()],
    // What the package names itself is written for browsers of 2015: an eighth larger.
    resolve: { alias: { dexie: 'dexie/dist/modern/dexie.mjs' } },
    // The polyfill would be the one thing in the pages that fetches; every browser from the minimum versions on does without.
    // They know light-dark() and nested rules, too.
    build: { modulePreload: { polyfill: false }, target: ['chrome130', 'firefox142'] },
  }),
  hooks: {
    'build:done': ({ config }) => {
      if (config.command !== 'build') return;
      // Written for people to read, eight times over: a hundredth of the package.
      for (const file of globSync(join(config.outDir, '_locales/*/messages.json'))) {
        writeFileSync(file, JSON.stringify(JSON.parse(readFileSync(file, 'utf8'))));
      }
      keepBudgets(sizesOf(config.outDir));
    },
    'zip:extension:done': (_wxt, file) => keepBudgets({ 'the store package': statSync(file).size }),
  },
  manifest: ({ browser, command }) => ({
    name: '__MSG_extension_name__',
    description: '__MSG_extension_description__',
    default_locale: 'en',
    // docs/decisions/no-private-windows.md
    incognito: 'not_allowed',
    permissions: ['alarms', 'identity', 'scripting', 'storage'],
    // Without them Retry-After of the global cloud cannot be read, and the banner is on no account page.
    host_permissions: hostPermissions('global'),
    // Other clouds, and account pages of an organization's own: each host is asked for when it is configured.
    // docs/decisions/account-pages-on-other-hosts.md
    optional_host_permissions: ['https://*/*'],
    // The development server replaces modules in the page, which this policy is there to prevent.
    ...(command === 'build'
      ? {
          content_security_policy: {
            extension_pages:
              "default-src 'self'; connect-src https:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          },
        }
      : {}),
    ...(browser === 'firefox'
      ? {
          browser_specific_settings: {
            gecko: {
              id: geckoId,
              strict_min_version: '142.0',
              data_collection_permissions: { required: ['authenticationInfo', 'personallyIdentifyingInfo'] },
            },
          },
        }
      : {
          key: chromiumPublicKey,
          minimum_chrome_version: '130',
          // Generated; Firefox takes managed settings without a schema.
          storage: { managed_schema: 'managed_schema.json' },
        }),
  }),
});
