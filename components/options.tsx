import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../lib/shared/language/translate.ts';
import { AccountSwitch } from './account/account-switch.tsx';
import { AccountView, chooseAccount, usePlace } from './account/account-view.tsx';
import { InertView, Notices } from './account/inert-view.tsx';
import { readAccountRows } from './data/account-rows.ts';
import { Mark } from './elements/icons.tsx';
import { AccountsSection } from './options/accounts-section.tsx';
import { ActivitySection } from './options/activity-section.tsx';
import type { ConnectionDraft } from './options/connection-form.tsx';
import { ItSection } from './options/it-section.tsx';
import { LogSection } from './options/log-section.tsx';
import { OrganizationSection } from './options/organization-section.tsx';
import { PolicySection } from './options/policy-section.tsx';
import { SettingsSection } from './options/settings-section.tsx';
import { StoredSection } from './options/stored-section.tsx';
import { useRows } from './page.ts';
import type { AccountOverview } from './view-model/accounts.ts';
import type { PageState } from './view-model/progress.ts';
import type { PlaceDraft } from './view-model/route.ts';

export function Options(props: {
  pageState: PageState;
  connection: Signal<ConnectionDraft>;
  place: Signal<PlaceDraft>;
}) {
  const { pageState, connection, place } = props;
  useLinkedSection();
  const overview = usePlace(pageState, place);
  const isInert = overview.screen === 'inert';
  const shown = overview.screen === 'account' ? overview : undefined;
  const current = shown?.current;
  const choose = (accountId: string) => chooseAccount(place, accountId);
  return (
    <>
      <header class="top">
        <Mark />
        <h1>{t('extension.name')}</h1>
      </header>
      <div class="columns">
        <nav class="contents" aria-label={t('options.contents')}>
          <ul>
            {current && <SectionLink id="phones" title={t('phones.title')} />}
            {!isInert && (
              <>
                <SectionLink id="organization" title={t('options.organization')} />
                <SectionLink id="accounts" title={t('options.accounts')} />
                <SectionLink id="settings" title={t('settings.title')} />
              </>
            )}
            {current && <SectionLink id="activity" title={t('activity.title')} />}
            {current && <SectionLink id="stored" title={t('stored.title')} />}
            <SectionLink id="policy" title={t('policy.title')} />
            <SectionLink id="for-it" title={t('options.for_it')} />
          </ul>
        </nav>
        <main>
          {shown && current ? (
            <>
              <AccountSwitch accounts={shown.accounts} current={current} onChoose={choose} />
              <section class="card" id="phones" tabIndex={-1} aria-label={t('phones.title')}>
                <AccountView key={current.account.id} pageState={pageState} overview={current} draft={place} />
              </section>
            </>
          ) : (
            !isInert && !pageState.rows.connections.some(({ managed }) => managed) && <p>{t('options.intro')}</p>
          )}
          <Notices pageState={pageState} />
          {isInert ? (
            <section class="card">
              <InertView reason={overview.reason} />
            </section>
          ) : (
            <>
              <OrganizationSection pageState={pageState} draft={connection} />
              <AccountsSection pageState={pageState} />
              <SettingsSection pageState={pageState} />
            </>
          )}
          {current && <AccountSections key={current.account.id} overview={current} />}
          <PolicySection pageState={pageState} />
          <ItSection connections={pageState.rows.connections} />
          <LogSection />
        </main>
      </div>
    </>
  );
}

/** Reads the account's rows only where they are shown, because they may be many. */
function AccountSections({ overview }: { overview: AccountOverview }) {
  const { id } = overview.account;
  const rows = useRows((read) => readAccountRows(read, id), [id]);
  return (
    <>
      <ActivitySection overview={overview} rows={rows} />
      <StoredSection overview={overview} rows={rows} />
    </>
  );
}

function SectionLink({ id, title }: { id: string; title: string }) {
  return (
    <li>
      <a href={`#${id}`}>{title}</a>
    </li>
  );
}

/** Scrolls to the linked section, because the browser looks for it before the page is rendered. */
function useLinkedSection(): void {
  useEffect(() => {
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, []);
}
