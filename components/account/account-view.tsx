import type { Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Route } from '../../lib/shared/model/place.ts';
import { usePage } from '../page.ts';
import { AddMethod } from '../registration/add-method.tsx';
import { type AccountOverview, type Overview, overviewOf } from '../view-model/accounts.ts';
import type { PageState } from '../view-model/progress.ts';
import { draftFor, emptyAdding } from '../view-model/registration.ts';
import { firstDraft, type PlaceDraft, routeOfOpen } from '../view-model/route.ts';
import { AccountHome } from './account-home.tsx';
import { Confirm, tileToConfirm } from './confirm.tsx';

export function AccountView(props: { pageState: PageState; overview: AccountOverview; draft: Signal<PlaceDraft> }) {
  const { pageState, overview, draft } = props;
  const { surface } = usePage();
  const { left } = draft.value;
  const accountId = overview.account.id;
  const open = overview.openVerification?.id;
  const resumeRoute = routeOfOpen(overview);
  // The button that ended a step disappears with the step, and the focus with it.
  const hasReturned = useRef(false);
  const go = (route: Route) => {
    hasReturned.current = route.step === 'home';
    draft.value = { ...draft.value, route, left: route.step === 'home' ? open : undefined };
  };
  const addingOf = ({ adding }: PlaceDraft) => (adding?.accountId === accountId ? adding : emptyAdding(accountId));
  const adding = addingOf(draft.value);

  // The popup opens at an open verification, also after a browser restart; the options page only links to it.
  const isOpen = open !== undefined && open !== left && open !== adding.over;
  const resumes = surface === 'popup' && draft.value.route.step === 'home' && isOpen;
  useEffect(() => {
    if (resumes) go(resumeRoute);
  }, [resumes]);
  const route = resumes ? resumeRoute : draft.value.route;

  const tile = tileToConfirm(route, overview, pageState.now);
  if (tile) return <Confirm tile={tile} onEnd={() => go({ step: 'home' })} />;
  const changes = overview.tiles.find(({ method }) => route.step === 'change' && method.id === route.methodId)?.method;
  if (route.step === 'home' || route.step === 'confirm' || (route.step === 'change' && !changes)) {
    return <AccountHome overview={overview} now={pageState.now} isReturn={hasReturned.current} onRoute={go} />;
  }
  const typed = (kept: PlaceDraft) => draftFor(addingOf(kept), changes?.id);
  return (
    <AddMethod
      pageState={pageState}
      overview={overview}
      changes={changes}
      draft={typed(draft.value)}
      onDraft={(change) => {
        draft.value = { ...draft.value, adding: { ...typed(draft.value), ...change } };
      }}
      route={route}
      onRoute={go}
    />
  );
}

export function chooseAccount(draft: Signal<PlaceDraft>, accountId: string): void {
  draft.value = { ...draft.value, route: { step: 'home' }, accountId };
}

/** The page's overview; keeps the place in line with the accounts that exist. */
export function usePlace(pageState: PageState, draft: Signal<PlaceDraft>): Overview {
  const { accountId, adding } = draft.value;
  const overview = overviewOf(pageState, accountId);
  const isGone = adding !== undefined && !pageState.rows.accounts.some(({ id }) => id === adding.accountId);
  const shown = overview.screen === 'account' ? overview.current.account.id : undefined;
  // What was typed for an account is deleted with the account, also if another page deletes it.
  useEffect(() => {
    if (isGone) draft.value = firstDraft;
  }, [isGone]);
  // The current account stays current when another one signs in.
  useEffect(() => {
    if (shown === undefined || shown === accountId) return;
    draft.value = { ...(accountId === undefined ? draft.peek() : firstDraft), accountId: shown };
  }, [shown, accountId]);
  return overview;
}
