// Checks senders of messages. Only `sender.origin` tells extension pages and content scripts apart.
import type { Runtime } from 'webextension-polyfill';

/** Firefox sets only `url` for some extension pages. */
export type Sender = Pick<Runtime.MessageSender, 'id' | 'url' | 'frameId' | 'tab'> & { origin?: string };

/** The kinds of message that only extension pages send; content scripts send `banner`. */
export const extensionPageKinds = ['command', 'repair', 'visible', 'log', 'dismiss'] as const;

export class NotAllowed extends Error {}

/** @throws NotAllowed unless the sender is a page of this extension */
export function requireExtensionPage(sender: Sender, extension: { id: string; origin: string }): void {
  requireOwn(sender, extension);
  if (originOfSender(sender) !== extension.origin) throw new NotAllowed('only for pages of this extension');
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
  requireOwn(sender, extension);
  const { frameId, tab } = sender;
  const origin = originOfSender(sender) ?? '';
  if (!origins.has(origin)) throw new NotAllowed('only for the banner on an account page');
  if (frameId !== 0 || tab?.windowId === undefined) throw new NotAllowed('only for the banner in the top frame');
  return { origin, windowId: tab.windowId };
}

/** Browsers send messages of other extensions to `onMessageExternal`, which has no listener. */
function requireOwn({ id }: Sender, extension: { id: string }): void {
  if (id !== extension.id) throw new NotAllowed('only for this extension');
}

function originOfSender({ origin, url }: Sender): string | undefined {
  return origin ?? (url ? originOfUrl(url) : undefined);
}

/** `URL.origin` is "null" for extension URLs in some browsers. */
export function originOfUrl(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
