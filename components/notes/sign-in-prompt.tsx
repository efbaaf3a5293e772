// How a sign-in is getting on, and the button that starts one.

import { t } from '../../lib/shared/language/translate.ts';
import type { Account, Connection } from '../../lib/shared/model/rows.ts';
import { Waiting } from '../elements/parts.tsx';
import { usePage } from '../page.ts';
import type { Progress } from '../view-model/progress.ts';
import { CancelledNote, ErrorNote, LostNote } from './error-note.tsx';

export function SignInProgress(props: {
  progress: Progress;
  connection: Connection;
  account?: Account | undefined;
  onRetry: () => void;
}) {
  const { progress, connection, account, onRetry } = props;
  const { dismiss } = usePage();
  switch (progress.state) {
    case 'running':
      return (
        <div class="stack-tight">
          <Waiting>{t('sign_in.running')}</Waiting>
          <p class="hint">{t('sign_in.running_help')}</p>
        </div>
      );
    case 'cancelled':
      return <CancelledNote at={progress.at} connection={connection} onClose={() => dismiss(progress.id)} />;
    case 'failed':
      return (
        <ErrorNote
          error={progress.error}
          connection={connection}
          account={account}
          onRetry={onRetry}
          onClose={() => dismiss(progress.id)}
        />
      );
    case 'lost':
      return <LostNote onRetry={onRetry} onClose={() => dismiss(progress.id)} />;
    default:
      return null;
  }
}
