import { browser } from '../../shared/browser.ts';

/** @returns undefined if there are none, because Firefox rejects; Chromium returns `{}`, also before it has loaded them */
export async function readManaged(): Promise<unknown> {
  try {
    return await browser.storage.managed.get();
  } catch {
    // Firefox has no managed policy for this extension.
    return undefined;
  }
}

/** Chromium reports changes while it runs; Firefox reads them only when it starts. */
export function onManagedChanged(listener: () => void): void {
  browser.storage.onChanged.addListener((_changes, area) => {
    if (area === 'managed') listener();
  });
}
