// The toolbar popup: which of its views there is to show.
import type { Signal } from '@preact/signals';
import { AccountHeader, PlainHeader } from './account-header.tsx';
import { AccountHome } from './account-home.tsx';
import { AddMethod } from './add-method.tsx';
import { type Known, overviewOf } from './overview.ts';
import type { PopupDraft, Route } from './route.ts';
import { NotConnected, SignedOut } from './welcome.tsx';

export function Popup({ known, draft }: { known: Known; draft: Signal<PopupDraft> }) {
  const { route, accountId } = draft.value;
  const overview = overviewOf(known, accountId);
  const go = (next: Route) => {
    draft.value = { ...draft.value, route: next };
  };
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
          draft.value = { route: { step: 'home' }, accountId: chosen };
        }}
      />
      {route.step === 'home' ? (
        <AccountHome
          overview={current}
          now={known.now}
          onAdd={() => go({ step: 'add' })}
          onShowAdding={() => go({ step: 'add-phone' })}
        />
      ) : (
        <AddMethod overview={current} route={route} onRoute={go} />
      )}
    </>
  );
}
