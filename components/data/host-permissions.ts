// Host permissions as the user grants them: in both browsers any of them can be withheld or revoked at any time.
import { browser } from '../../lib/shared/browser.ts';

/** @returns the match patterns for which the permission is missing */
export async function withheldOf(patterns: readonly string[]): Promise<string[]> {
  const isGranted = await Promise.all(patterns.map((pattern) => browser.permissions.contains({ origins: [pattern] })));
  return patterns.filter((_, index) => !isGranted[index]);
}

/** Asks the person. Right at the click, or the browser refuses to ask; what they say is heard by `whenChanged`. */
export function request(patterns: readonly string[]): Promise<unknown> {
  return browser.permissions.request({ origins: [...patterns] }).catch(() => {});
}

/** @returns ends it */
export function whenChanged(call: () => void): () => void {
  const { onAdded, onRemoved } = browser.permissions;
  for (const event of [onAdded, onRemoved]) event.addListener(call);
  return () => {
    for (const event of [onAdded, onRemoved]) event.removeListener(call);
  };
}
