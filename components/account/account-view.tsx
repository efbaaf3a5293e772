// An account in the popup and on the options page: its phones, or the step of adding one where the person is.
import type { Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Route } from '../../lib/shared/model/place.ts';
import { usePage } from '../page.ts';
import { AddMethod } from '../registration/add-method.tsx';
import { type AccountOverview, type Overview, overviewOf } from '../view-model/accounts.ts';
import type { PageState } from '../view-model/progress.ts';
import { draftFor, emptyAdding } from '../view-model/registration.ts';
import { firstDraft, type PlaceDraft, routeToBegun } from '../view-model/route.ts';
import { AccountHome } from './account-home.tsx';
import { Confirm, tileToConfirm } from './confirm.tsx';

export function AccountView(props: { pageState: PageState; overview: AccountOverview; draft: Signal<PlaceDraft> }) {
  const { pageState, overview, draft } = props;
  const { surface } = usePage();
  const { left } = draft.value;
  const accountId = overview.account.id;
  const open = overview.openVerification?.id;
  const begun = routeToBegun(overview);
  // With a step that ends goes the button that ended it, and the focus that was on it.
  const hasReturned = useRef(false);
  const go = (route: Route) => {
    hasReturned.current = route.step === 'home';
    draft.value = { ...draft.value, route, left: route.step === 'home' ? open : undefined };
  };
  const addingOf = ({ adding }: PlaceDraft) => (adding?.accountId === accountId ? adding : emptyAdding(accountId));
  const adding = addingOf(draft.value);

  // A number that waits for its code is where the person goes on, also when the browser has forgotten where they were. On
  // the options page they may be about something else: there a line leads to it.
  const isOpen = open !== undefined && open !== left && open !== adding.over;
  const resumes = surface === 'popup' && draft.value.route.step === 'home' && isOpen;
  useEffect(() => {
    if (resumes) go(begun);
  }, [resumes]);
  const route = resumes ? begun : draft.value.route;

  const asked = tileToConfirm(route, overview, pageState.now);
  if (asked) return <Confirm tile={asked} account={overview.account} onEnd={() => go({ step: 'home' })} />;
  const changes = overview.tiles.find(({ method }) => route.step === 'change' && method.id === route.methodId)?.method;
  if (route.step === 'home' || route.step === 'confirm' || (route.step === 'change' && !changes)) {
    return (
      <AccountHome overview={overview} now={pageState.now} begun={begun} isReturn={hasReturned.current} onRoute={go} />
    );
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

/** Leads to another account, at its phones. */
export function chooseAccount(draft: Signal<PlaceDraft>, accountId: string): void {
  draft.value = { ...draft.value, route: { step: 'home' }, accountId };
}

/** What is shown of the accounts, and keeping where the person is in line with that. */
export function usePlace(pageState: PageState, draft: Signal<PlaceDraft>): Overview {
  const { accountId, adding } = draft.value;
  const overview = overviewOf(pageState, accountId);
  const isGone = adding !== undefined && !pageState.rows.accounts.some(({ id }) => id === adding.accountId);
  const shown = overview.screen === 'account' ? overview.current.account.id : undefined;
  // What was typed for an account goes with it, also out of a page that is open when the account is forgotten elsewhere.
  useEffect(() => {
    if (isGone) draft.value = firstDraft;
  }, [isGone]);
  // It stays with the account that is shown when another one signs in.
  useEffect(() => {
    if (shown === undefined || shown === accountId) return;
    draft.value = { ...(accountId === undefined ? draft.peek() : firstDraft), accountId: shown };
  }, [shown, accountId]);
  return overview;
}
