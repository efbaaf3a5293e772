// Who may say what. `sender.origin` is the one right signal: a content script's message carries the page's origin, and an
// extension page that is open in a tab has a `sender.tab` like any page.
import type { Runtime } from 'webextension-polyfill';

/** Firefox has no `origin` for some of its own pages, but then their `url`. */
export type Sender = Pick<Runtime.MessageSender, 'id' | 'url'> & { origin?: string };

export class NotAllowed extends Error {}

/** @throws NotAllowed unless the sender is a page of this extension */
export function requireOwnPage(sender: Sender, own: { id: string; origin: string }): void {
  const origin = sender.origin ?? (sender.url ? originOf(sender.url) : undefined);
  if (sender.id !== own.id || origin !== own.origin) throw new NotAllowed('only for pages of this extension');
}

/** `URL.origin` is the text "null" for schemes that are not the web's, also for those of extensions in some engines. */
export function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
