import { t } from '../../lib/shared/language/translate.ts';
import type { Account, Connection } from '../../lib/shared/model/rows.ts';
import { Note, WithNumber } from '../elements/parts.tsx';
import { ErrorNote } from '../notes/error-note.tsx';
import { SignInProgress } from '../notes/progress-note.tsx';
import { usePage } from '../page.ts';
import type { Progress } from '../view-model/progress.ts';
import type { Tile } from '../view-model/tiles.ts';

export function TryProgress(props: {
  tile: Tile;
  progress: Progress;
  account: Account;
  connection: Connection;
  onTry: () => void;
}) {
  const { tile, progress, account, connection, onTry } = props;
  const { method } = tile;
  const { masked } = method;
  const { dismiss } = usePage();
  if (progress.state === 'done') {
    return (
      <Note
        kind="success"
        title={<WithNumber sentence={t('try.done', { number: masked })} masked={masked} />}
        onClose={() => dismiss(progress.id)}
      />
    );
  }
  if (progress.state === 'failed' && progress.error.kind === 'account-not-allowed') {
    return (
      <ErrorNote
        error={progress.error}
        {...{ connection, account, method }}
        onClose={() => dismiss(progress.id)}
        actions={
          <button type="button" onClick={onTry}>
            {t('action.try_again')}
          </button>
        }
      >
        <p>{t('try.nothing_kept')}</p>
      </ErrorNote>
    );
  }
  return <SignInProgress progress={progress} connection={connection} account={account} onRetry={onTry} />;
}
