/** The browser windows and pages that the service worker opens, and the drafts of the extension's pages. */
export interface Surfaces {
  /** Opens a page of the service in a tab. */
  openPage(url: string): Promise<void>;
  /** Leads back to the page that sent the command: a popup closes when a sign-in window opens. */
  returnTo(surface: 'popup' | 'options'): Promise<void>;
  forgetDrafts(): Promise<void>;
}
