// The managed settings of this extension, as the browser has them.
import { browser } from '../../shared/browser.ts';

/** @returns undefined where there are none: Firefox rejects then. Chromium answers `{}`, also while it has not loaded them. */
export async function readManaged(): Promise<unknown> {
  try {
    return await browser.storage.managed.get();
  } catch {
    return undefined;
  }
}

/** Chromium takes changes over while it runs; Firefox does at its next start. */
export function onManagedChanged(call: () => void): void {
  browser.storage.onChanged.addListener((_changes, area) => {
    if (area === 'managed') call();
  });
}
