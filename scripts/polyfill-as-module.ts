// Turns the polyfill from CommonJS into a module. Bundlers copy the exports of CommonJS, and copying `browser` makes
// Chromium set up its whole API at each start (docs/decisions/startup-performance.md).
import type { Plugin } from 'vite';

export function polyfillAsModule(): Plugin {
  return {
    name: 'polyfill-as-module',
    apply: 'build',
    transform: { filter: { id: /\/webextension-polyfill\/dist\/browser-polyfill\.js$/ }, handler: asModule },
  };
}

/** @param code CommonJS file that only exports */
export function asModule(code: string): string {
  return `const module = { exports: {} }, { exports } = module;\n${code}\nexport default module.exports;`;
}
