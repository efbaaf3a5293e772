// The popup and the options page each keep their own place, because both may be open at once.
import type { Place, Route } from '../../lib/shared/model/place.ts';
import type { AccountOverview } from './accounts.ts';
import type { AddingDraft } from './registration.ts';

export interface PlaceDraft extends Place {
  adding?: AddingDraft;
  left?: string | undefined;
}

export const firstDraft: PlaceDraft = { route: { step: 'home' } };

/** The step of the open verification, or else of the hosted registration that is waited for. */
export function routeOfOpen(overview: Pick<AccountOverview, 'openVerification' | 'registration' | 'tiles'>): Route {
  const { openVerification: open, registration, tiles } = overview;
  const changed = tiles.find(({ method }) => {
    if (open) return open.purpose === 'change' && open.type === method.type;
    return registration?.state === 'waiting' && registration.changes === method.id;
  });
  return changed ? { step: 'change', methodId: changed.method.id } : { step: 'add-phone' };
}
