/** A view of the popup or the options page. */
export interface Route {
  /** `confirm`: opened by a click on the banner. */
  step: 'home' | 'add' | 'add-phone' | 'change' | 'confirm';
  /** Time of the click on the banner, or of opening the service's page: an earlier registration is not shown as its result. */
  askedAt?: number;
  methodId?: string;
}

/** The part of a page's draft that says where the user is. */
export interface Place {
  route: Route;
  accountId?: string;
}

/** Key in `storage.local` of the page to reopen after an update of the extension. */
export const reopenKey = 'return-to';
