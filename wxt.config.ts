// tests/unit/manifest.test.ts checks the manifests of both browsers.
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
    // The default file of the package targets browsers of 2015 and is an eighth larger.
    resolve: { alias: { dexie: 'dexie/dist/modern/dexie.mjs' } },
    // The minimum versions support module preload, so no polyfill fetches in the pages, and light-dark() and CSS nesting.
    build: { modulePreload: { polyfill: false }, target: ['chrome130', 'firefox142'] },
  }),
  hooks: {
    'build:done': ({ config }) => {
      if (config.command !== 'build') return;
      // Minifying the messages saves a hundredth of the package.
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
    // Host permission makes Graph's Retry-After readable and allows the banner on account pages.
    host_permissions: hostPermissions('global'),
    // Other clouds, and account pages on an organization's hosts: each host is requested when it is configured.
    // docs/decisions/account-pages-on-other-hosts.md
    optional_host_permissions: ['https://*/*'],
    // This policy would prevent the development server from replacing modules.
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
          // Generated file; Firefox needs no schema for managed settings.
          storage: { managed_schema: 'managed_schema.json' },
        }),
  }),
});
