// How fresh the picture is, and the button that refreshes it.
import { relativeTime } from '../lib/language/relative-time.ts';
import { language, t } from '../lib/language/words.ts';
import { Icon } from './icons.tsx';
import type { AccountOverview } from './overview.ts';
import { usePage } from './page.tsx';

export function StatusLine({ overview, now }: { overview: AccountOverview; now: number }) {
  const { ask } = usePage();
  const { account, refreshing } = overview;
  if (account.syncedAt === undefined) return null;
  const ago = relativeTime(account.syncedAt, now, language);
  const updated = ago ? t('fresh.updated', { ago }) : t('fresh.now');
  return (
    <footer class="status-line">
      <p>{refreshing ? t('fresh.updating') : updated}</p>
      {account.session === 'signed-in' && (
        <button
          type="button"
          class="icon-button"
          aria-label={t('fresh.refresh')}
          title={t('fresh.refresh')}
          // Not `disabled`: that would throw the focus away.
          aria-disabled={refreshing}
          onClick={() => refreshing || ask({ kind: 'sync', accountId: account.id })}
        >
          <Icon name="refresh" />
        </button>
      )}
    </footer>
  );
}
