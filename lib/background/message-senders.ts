// Who may say what. `sender.origin` is the one right signal: a content script's message carries the page's origin, and an
// extension page that is open in a tab has a `sender.tab` like any page.
import type { Runtime } from 'webextension-polyfill';

/** Firefox has no `origin` for some of its own pages, but then their `url`. */
export type Sender = Pick<Runtime.MessageSender, 'id' | 'url' | 'frameId' | 'tab'> & { origin?: string };

export class NotAllowed extends Error {}

/** @throws NotAllowed unless the sender is a page of this extension */
export function requireOwnPage(sender: Sender, own: { id: string; origin: string }): void {
  if (sender.id !== own.id || originOfSender(sender) !== own.origin) {
    throw new NotAllowed('only for pages of this extension');
  }
}

/**
 * @param origins of the account pages
 * @returns the origin of the page, and the window it is in
 * @throws NotAllowed unless the sender is a content script of this extension in the top frame of an account page
 */
export function requireAccountPage(
  sender: Sender,
  own: { id: string },
  origins: ReadonlySet<string>,
): { origin: string; windowId: number } {
  const origin = originOfSender(sender);
  const windowId = sender.tab?.windowId;
  const isThere = sender.frameId === 0 && windowId !== undefined;
  if (sender.id !== own.id || !isThere || origin === undefined || !origins.has(origin)) {
    throw new NotAllowed('only for the banner on an account page');
  }
  return { origin, windowId };
}

function originOfSender({ origin, url }: Sender): string | undefined {
  return origin ?? (url ? originOf(url) : undefined);
}

/** `URL.origin` is the text "null" for schemes that are not the web's, also for those of extensions in some engines. */
export function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
