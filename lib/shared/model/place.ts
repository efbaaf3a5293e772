// Where a user is in the popup or on the options page.

/** Where on a surface. */
export interface Route {
  /** `confirm`: a click on the banner led here. */
  step: 'home' | 'add' | 'add-phone' | 'change' | 'confirm';
  /** When the page of the service was asked for: a number that was added before is not what is waited for. Or the banner's click. */
  askedAt?: number;
  /** The number to confirm, or to change. */
  methodId?: string;
}

/** What is kept of every surface; pages keep more beside it. */
export interface Place {
  route: Route;
  accountId?: string;
}

/** Key in `storage.local` of the page to reopen after an update of the extension. */
export const reopenKey = 'return-to';
