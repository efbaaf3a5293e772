import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../lib/shared/language/translate.ts';
import { AccountSwitch } from './account/account-switch.tsx';
import { AccountView, chooseAccount, usePlace } from './account/account-view.tsx';
import { DisabledView, Notices } from './account/disabled-view.tsx';
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
  // The browser scrolls to a linked section only while the page loads, when the section does not exist yet.
  useEffect(() => {
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, []);
  const overview = usePlace(pageState, place);
  const isDisabled = overview.screen === 'disabled';
  const shown = overview.screen === 'account' ? overview : undefined;
  const current = shown?.current;
  const links = [
    ['phones', t('phones.title'), current],
    ['organization', t('options.organization'), !isDisabled],
    ['accounts', t('options.accounts'), !isDisabled],
    ['settings', t('settings.title'), !isDisabled],
    ['activity', t('activity.title'), current],
    ['stored', t('stored.title'), current],
    ['policy', t('policy.title'), true],
    ['for-it', t('options.for_it'), true],
  ] as const;
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
            {links.map(
              ([id, title, isShown]) =>
                isShown && (
                  <li key={id}>
                    <a href={`#${id}`}>{title}</a>
                  </li>
                ),
            )}
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
            !isDisabled && !pageState.rows.connections.some(({ managed }) => managed) && <p>{t('options.intro')}</p>
          )}
          <Notices pageState={pageState} />
          {isDisabled ? (
            <section class="card">
              <DisabledView reason={overview.reason} />
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
