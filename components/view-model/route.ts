// Where the person is on a surface. It is kept while the popup is closed. The popup and the options page keep theirs apart:
// both may be open at once, and what is under way shows in both by the database.
import type { Place, Route } from '../../lib/shared/model/place.ts';
import type { AccountOverview } from './accounts.ts';
import type { AddingDraft } from './registration.ts';

export interface PlaceDraft extends Place {
  adding?: AddingDraft;
  /** The verification that the person went home from while it is open. */
  left?: string | undefined;
}

export const firstDraft: PlaceDraft = { route: { step: 'home' } };

/** Where a number that was begun with goes on: one that waits for its code comes first. */
export function routeToBegun(overview: Pick<AccountOverview, 'openVerification' | 'registration' | 'tiles'>): Route {
  const { openVerification: open, registration, tiles } = overview;
  const changed = tiles.find(({ method }) => {
    if (open) return open.purpose === 'change' && open.type === method.type;
    return registration?.state === 'waiting' && registration.changes === method.id;
  });
  return changed ? { step: 'change', methodId: changed.method.id } : { step: 'add-phone' };
}
