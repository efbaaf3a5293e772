// Where the person is in the popup. It is kept while the popup is closed.
import type { AddingDraft } from './registration.ts';

export interface Route {
  /** `confirm`: a click on the banner led here. */
  step: 'home' | 'add' | 'add-phone' | 'confirm';
  /** When the page of the service was asked for: a number that was added before is not what is waited for. Or the banner's click. */
  askedAt?: number;
  /** The number to confirm. */
  methodId?: string;
}

export interface PopupDraft {
  route: Route;
  accountId?: string;
  adding?: AddingDraft;
  /** The verification that the person went home from while it is open. */
  left?: string | undefined;
}

export const firstDraft: PopupDraft = { route: { step: 'home' } };
