import { browser } from '../../lib/shared/browser.ts';
import { counted, t } from '../../lib/shared/language/translate.ts';
import { Mark } from '../elements/icons.tsx';
import { IconButton, UserName } from '../elements/parts.tsx';
import type { AccountOverview } from '../view-model/accounts.ts';

export function AccountHeader(props: {
  accounts: AccountOverview[];
  current: AccountOverview;
  onChoose: (accountId: string) => void;
}) {
  const { accounts, onChoose } = props;
  const current = props.current.account;
  return (
    <header class="top">
      <Avatar name={current.name} />
      <div class="who">
        <p class="who-name">
          <bdi>{current.name}</bdi>
        </p>
        {accounts.length === 1 ? (
          <p class="who-user">
            <UserName of={current.userName} />
          </p>
        ) : (
          <select
            aria-label={t('account.label')}
            value={current.id}
            onChange={(event) => onChoose(event.currentTarget.value)}
          >
            {accounts.map(({ account: { id, userName }, taskCount }) => (
              <option key={id} value={id}>
                {taskCount > 0 && id !== current.id
                  ? counted('account.with_waiting', taskCount, { user: userName })
                  : userName}
              </option>
            ))}
          </select>
        )}
      </div>
      <SettingsButton />
    </header>
  );
}

export function Avatar({ name }: { name: string }) {
  return (
    <span class="avatar" aria-hidden="true">
      {initials(name)}
    </span>
  );
}

export function PlainHeader() {
  return (
    <header class="top">
      <Mark />
      <p class="who product">{t('extension.name')}</p>
      <SettingsButton />
    </header>
  );
}

/** @param section id of the section to scroll to */
export function openSettings(section?: 'activity'): void {
  const opened = section
    ? browser.tabs.create({ url: browser.runtime.getURL(`/options.html#${section}`) })
    : browser.runtime.openOptionsPage();
  void opened.then(() => window.close());
}

function SettingsButton() {
  return <IconButton icon="settings" label={t('action.settings')} onClick={() => openSettings()} />;
}

/** First letters of the first and last word; a letter may be a surrogate pair. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toLocaleUpperCase();
}
