// What each part may weigh, in bytes as shipped: a build that is over fails (wxt.config.ts). A part is what a browser has to
// read before it can go on, so that a library which slips into the popup or the worker is seen at once, while what a
// later step imports costs nothing. docs/decisions/startup-performance.md says what the parts are made of.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const budgets = {
  // Preact and the polyfill are about 40 kB of it; the rest is what the popup can do.
  "the popup's first load": 135_000,
  // Of which the check of managed settings is about 8 kB.
  'the worker': 216_000,
  'the banner': 8_000,
  // A third of it is locales.
  'the store package': 255_000,
};
export type Part = keyof typeof budgets;
export type Sizes = Partial<Record<Part, number>>;

/** @param folder of a built extension, unpacked */
export function sizesOf(folder: string): Sizes {
  return {
    "the popup's first load": sizeOf(folder, firstLoad(folder, 'popup.html')),
    'the worker': sizeOf(folder, ['background.js']),
    'the banner': sizeOf(folder, ['banner.js']),
  };
}

/** @throws Error that names each part over its budget */
export function keepBudgets(sizes: Sizes): void {
  const over = Object.entries(sizes)
    .filter(([part, size]) => size > budgets[part as Part])
    .map(([part, size]) => `${part} is ${size} bytes, over its budget of ${budgets[part as Part]}`);
  if (over.length > 0) throw new Error(`Too large: ${over.join('; ')}. See scripts/budgets.ts.`);
}

/** A page, and every file that it has to have before it can draw: what it names, and what that imports other than when asked. */
export function firstLoad(folder: string, page: string): string[] {
  const found = new Set([page]);
  for (const file of found) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const name of file.endsWith('.html') ? named(text) : file.endsWith('.js') ? imported(text, file) : []) {
      found.add(name);
    }
  }
  return [...found];
}

function named(html: string): string[] {
  return [...html.matchAll(/\s(?:src|href)="\/([^"]+)"/g)].map(([, path = '']) => path);
}

/** Static imports of a minified module, by their places from the extension's root. */
function imported(code: string, file: string): string[] {
  const addresses = [...code.matchAll(/(?:\bfrom|\bimport)\s*["'`](\.{1,2}\/[^"'`]+\.js)["'`]/g)];
  return addresses.map(([, address = '']) => new URL(address, `file:///${file}`).pathname.slice(1));
}

function sizeOf(folder: string, files: string[]): number {
  return files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}
