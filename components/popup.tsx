// The toolbar popup: which of its views there is to show.
import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { AccountHeader, PlainHeader } from './account-header.tsx';
import { AccountHome } from './account-home.tsx';
import { AddMethod } from './add-method.tsx';
import { Confirm, tileToConfirm } from './confirm.tsx';
import { type AccountOverview, type Known, overviewOf } from './overview.ts';
import { type AddingDraft, emptyAdding } from './registration.ts';
import type { PopupDraft, Route } from './route.ts';
import { NotConnected, SignedOut } from './welcome.tsx';

export function Popup({ known, draft }: { known: Known; draft: Signal<PopupDraft> }) {
  const overview = overviewOf(known, draft.value.accountId);
  if (overview.screen !== 'account') {
    return (
      <>
        <PlainHeader />
        {overview.screen === 'not-connected' ? <NotConnected /> : <SignedOut organizations={overview.organizations} />}
      </>
    );
  }
  const { accounts, current } = overview;
  return (
    <>
      <AccountHeader
        accounts={accounts}
        current={current.account}
        onChoose={(chosen) => {
          draft.value = { ...draft.value, route: { step: 'home' }, accountId: chosen };
        }}
      />
      <AccountView key={current.account.id} known={known} overview={current} draft={draft} />
    </>
  );
}

function AccountView(props: { known: Known; overview: AccountOverview; draft: Signal<PopupDraft> }) {
  const { known, overview, draft } = props;
  const { left } = draft.value;
  const accountId = overview.account.id;
  const open = overview.openVerification?.id;
  const go = (route: Route) => {
    draft.value = { ...draft.value, route, left: route.step === 'home' ? open : undefined };
  };
  const addingOf = ({ adding }: PopupDraft) => (adding?.accountId === accountId ? adding : emptyAdding(accountId));
  const change = (changed: Partial<AddingDraft>) => {
    draft.value = { ...draft.value, adding: { ...addingOf(draft.value), ...changed } };
  };
  const adding = addingOf(draft.value);

  // A number that waits for its code is where the person goes on, also when the browser has forgotten where they were.
  const resumes = draft.value.route.step === 'home' && open !== undefined && open !== left && open !== adding.over;
  useEffect(() => {
    if (resumes) go({ step: 'add-phone' });
  }, [resumes]);
  const route: Route = resumes ? { step: 'add-phone' } : draft.value.route;

  const asked = tileToConfirm(route, overview, known.now);
  if (asked) return <Confirm tile={asked} account={overview.account} onEnd={() => go({ step: 'home' })} />;
  if (route.step === 'home' || route.step === 'confirm') {
    return (
      <AccountHome
        overview={overview}
        now={known.now}
        onAdd={() => go({ step: 'add' })}
        onShowAdding={() => go({ step: 'add-phone' })}
      />
    );
  }
  return <AddMethod known={known} overview={overview} draft={adding} onDraft={change} route={route} onRoute={go} />;
}
