import { relativeTime } from '../../lib/shared/language/relative-time.ts';
import { language, t } from '../../lib/shared/language/translate.ts';
import { Button, IconButton } from '../elements/parts.tsx';
import { usePage } from '../page.ts';
import type { AccountOverview } from '../view-model/accounts.ts';
import { openSettings } from './account-header.tsx';

export function StatusLine({ overview, now }: { overview: AccountOverview; now: number }) {
  const { ask, surface } = usePage();
  const { account, isSyncing } = overview;
  if (account.syncedAt === undefined) return null;
  const ago = relativeTime(account.syncedAt, now, language);
  const updated = ago ? t('fresh.updated', { ago }) : t('fresh.now');
  return (
    <footer class="status-line">
      <p>{isSyncing ? t('fresh.updating') : updated}</p>
      {surface === 'popup' && (
        <Button label={t('activity.title')} class="quiet" onClick={() => openSettings('activity')} />
      )}
      {account.session === 'signed-in' && (
        <IconButton
          icon="refresh"
          label={t('fresh.refresh')}
          // A disabled button would lose the focus.
          aria-disabled={isSyncing}
          onClick={() => isSyncing || ask({ kind: 'sync', accountId: account.id })}
        />
      )}
    </footer>
  );
}
