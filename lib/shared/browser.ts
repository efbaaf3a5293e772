// The one place where the browser's API comes in. `wxt/browser` is webextension-polyfill here (see wxt.config.ts).
export { browser } from 'wxt/browser';
