import type { Signal } from '@preact/signals';
import { AccountHeader, PlainHeader } from './account/account-header.tsx';
import { AccountView, chooseAccount, usePlace } from './account/account-view.tsx';
import { DisabledView, Notices } from './account/disabled-view.tsx';
import { NotConnected, SignedOut } from './account/welcome.tsx';
import type { PageState } from './view-model/progress.ts';
import type { PlaceDraft } from './view-model/route.ts';

export function Popup({ pageState, draft }: { pageState: PageState; draft: Signal<PlaceDraft> }) {
  const overview = usePlace(pageState, draft);
  if (overview.screen !== 'account') {
    return (
      <>
        <PlainHeader />
        <main>
          <Notices pageState={pageState} />
          {overview.screen === 'disabled' && <DisabledView reason={overview.reason} />}
          {overview.screen === 'not-connected' && <NotConnected />}
          {overview.screen === 'signed-out' && <SignedOut {...overview} />}
        </main>
      </>
    );
  }
  const { accounts, current } = overview;
  return (
    <>
      <AccountHeader accounts={accounts} current={current} onChoose={(chosen) => chooseAccount(draft, chosen)} />
      <main>
        <Notices pageState={pageState} />
        <AccountView key={current.account.id} pageState={pageState} overview={current} draft={draft} />
      </main>
    </>
  );
}
