import type { ComponentChildren } from 'preact';
import { t } from '../../lib/shared/language/translate.ts';
import type { Account, CachedMethod, Connection } from '../../lib/shared/model/rows.ts';
import { Button } from '../elements/button.tsx';
import { Note } from '../elements/parts.tsx';
import { usePage } from '../page.ts';
import type { Progress } from '../view-model/progress.ts';
import { CopyDetails } from './error-note.tsx';
import { SignInProgress } from './progress-note.tsx';

/** Belongs into {@link Announced}. Offers the sign-in that a waiting command needs. */
export function StepUpNote(props: {
  title: string;
  /** The command or verification that waits. */
  waitingId: string;
  signIn: Progress;
  connection: Connection;
  account: Account;
  method?: CachedMethod;
  onCancel: () => void;
  children?: ComponentChildren;
}) {
  const { title, waitingId, signIn, onCancel, children, ...about } = props;
  const { ask, surface } = usePage();
  const stepUp = () => ask({ kind: 'step-up', accountId: about.account.id, waitingId, from: surface });
  const progress = <SignInProgress progress={signIn} {...about} onRetry={stepUp} />;
  if (signIn.state === 'running') return progress;
  const wasCancelled = signIn.state === 'cancelled';
  return (
    <>
      {!wasCancelled && progress}
      <Note
        kind="info"
        title={title}
        actions={
          <>
            <Button label={t('action.sign_in_again')} class="primary" onClick={stepUp} />
            <Button label={t('action.cancel')} onClick={onCancel} />
            {wasCancelled && <CopyDetails subject={{ kind: 'sign-in-not-finished', at: signIn.at }} {...about} />}
          </>
        }
      >
        {children}
        {wasCancelled && (
          <>
            <p>{t('sign_in.cancelled')}</p>
            <p>{t('sign_in.cancelled_help')}</p>
          </>
        )}
      </Note>
    </>
  );
}
