// Host permissions: users can withhold or revoke them at any time, in both browsers.
import { browser } from '../../lib/shared/browser.ts';
import { log } from './log.ts';

/** @returns the match patterns that the extension has no permission for */
export async function withheldPatterns(patterns: readonly string[]): Promise<string[]> {
  const isGranted = await Promise.all(patterns.map((pattern) => browser.permissions.contains({ origins: [pattern] })));
  return patterns.filter((_, index) => !isGranted[index]);
}

/** Browsers only allow it in a click handler. `onPermissionsChange` reports the user's answer. */
export async function requestPermission(patterns: readonly string[]): Promise<void> {
  try {
    await browser.permissions.request({ origins: [...patterns] });
  } catch (error) {
    log('The browser did not ask for a host permission.', error);
  }
}

/** @returns a function that ends it */
export function onPermissionsChange(listener: () => void): () => void {
  const { onAdded, onRemoved } = browser.permissions;
  for (const event of [onAdded, onRemoved]) event.addListener(listener);
  return () => {
    for (const event of [onAdded, onRemoved]) event.removeListener(listener);
  };
}
