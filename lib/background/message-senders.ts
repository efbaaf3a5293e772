// Checks senders of messages. Only `sender.origin` tells extension pages and content scripts apart.
import type { Runtime } from 'webextension-polyfill';

/** Firefox sets only `url` for some extension pages. */
export type Sender = Pick<Runtime.MessageSender, 'id' | 'url' | 'frameId' | 'tab'> & { origin?: string };

export class NotAllowed extends Error {}

/** @throws NotAllowed unless the sender is a page of this extension */
export function requireExtensionPage(sender: Sender, extension: { id: string; origin: string }): void {
  if (sender.id !== extension.id || originOfSender(sender) !== extension.origin) {
    throw new NotAllowed('only for pages of this extension');
  }
}

/**
 * @param origins origins of the account pages
 * @throws NotAllowed unless the sender is a content script of this extension in the top frame of an account page
 */
export function requireAccountPage(
  sender: Sender,
  extension: { id: string },
  origins: ReadonlySet<string>,
): { origin: string; windowId: number } {
  const origin = originOfSender(sender);
  const windowId = sender.tab?.windowId;
  const isTopFrame = sender.frameId === 0 && windowId !== undefined;
  if (sender.id !== extension.id || !isTopFrame || origin === undefined || !origins.has(origin)) {
    throw new NotAllowed('only for the banner on an account page');
  }
  return { origin, windowId };
}

function originOfSender({ origin, url }: Sender): string | undefined {
  return origin ?? (url ? originOfUrl(url) : undefined);
}

/** `URL.origin` is "null" for extension URLs in some browsers. */
export function originOfUrl(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
