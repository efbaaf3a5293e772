// The polyfill is a CommonJS file, and a bundler gives whoever imports one a copy of what it exports. Where the browser has
// `browser` itself, that is what it exports: copying it asks Chromium to set up every part of its API, at each start of the worker and
// each opening of a page (docs/decisions/startup-performance.md). As a module it exports just that.
import type { Plugin } from 'vite';

export function polyfillAsModule(): Plugin {
  return {
    name: 'polyfill-as-module',
    apply: 'build',
    transform: { filter: { id: /\/webextension-polyfill\/dist\/browser-polyfill\.js$/ }, handler: asModule },
  };
}

/** @param code of a CommonJS file that only exports */
export function asModule(code: string): string {
  return `const module = { exports: {} }, { exports } = module;\n${code}\nexport default module.exports;`;
}
