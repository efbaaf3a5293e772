// Which hosts the person lets this extension reach: they may withhold or take back any of them at any time, in both browsers.
import { browser } from '../../lib/shared/browser.ts';

/** Those of the match patterns that may be reached. */
export async function granted(patterns: readonly string[]): Promise<string[]> {
  const each = await Promise.all(
    patterns.map(async (pattern) => ((await browser.permissions.contains({ origins: [pattern] })) ? [pattern] : [])),
  );
  return each.flat();
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
