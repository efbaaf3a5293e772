// Whose phones these are; with several accounts, the choice among them.
import { t } from '../lib/language/words.ts';
import { browser } from '../lib/platform/browser.ts';
import type { Account } from '../lib/store/database.ts';
import { Icon, Mark } from './icons.tsx';
import { UserName } from './parts.tsx';

export function AccountHeader(props: { accounts: Account[]; current: Account; onChoose: (accountId: string) => void }) {
  const { accounts, current, onChoose } = props;
  return (
    <header class="top">
      <span class="avatar" aria-hidden="true">
        {initials(current.name)}
      </span>
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
            {accounts.map(({ id, userName }) => (
              <option key={id} value={id}>
                {userName}
              </option>
            ))}
          </select>
        )}
      </div>
      <SettingsButton />
    </header>
  );
}

/** The head of the popup while nobody is known. */
export function PlainHeader() {
  return (
    <header class="top">
      <Mark />
      <p class="who product">{t('extension.name')}</p>
      <SettingsButton />
    </header>
  );
}

export function openSettings(): void {
  void browser.runtime.openOptionsPage().then(() => window.close());
}

function SettingsButton() {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={t('action.settings')}
      title={t('action.settings')}
      onClick={openSettings}
    >
      <Icon name="settings" />
    </button>
  );
}

/** First letters of the first and the last word, as whole characters. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toLocaleUpperCase();
}
