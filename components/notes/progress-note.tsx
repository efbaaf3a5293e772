import type { ComponentChildren } from 'preact';
import { errorText, t } from '../../lib/shared/language/translate.ts';
import type { Account } from '../../lib/shared/model/rows.ts';
import { Button, Note, Waiting } from '../elements/parts.tsx';
import { usePage } from '../page.ts';
import type { Progress } from '../view-model/progress.ts';
import { type About, CopyDetails, ErrorNote, LostNote } from './error-note.tsx';

interface ProgressNoteProps extends About {
  progress: Progress;
  running?: ComponentChildren;
  /** Without it, the command is sent again. */
  onRetry?: () => void;
}

/** Belongs in {@link Announced}. Shows that a command is running, or why it failed. */
export function ProgressNote({ progress, running, onRetry, ...about }: ProgressNoteProps) {
  const { ask, dismiss } = usePage();
  if (progress.state === 'running') return <>{running}</>;
  if (progress.state !== 'failed' && progress.state !== 'lost') return null;
  const { id, command } = progress;
  const buttons = { onRetry: onRetry ?? (() => ask(command)), onClose: () => dismiss(id) };
  return progress.state === 'lost' ? (
    <LostNote {...buttons} />
  ) : (
    <ErrorNote error={progress.error} {...about} {...buttons} />
  );
}

/** Belongs in {@link Announced}. */
export function SignInProgress(props: Omit<ProgressNoteProps, 'running'>) {
  const { dismiss } = usePage();
  const { progress, onRetry, ...about } = props;
  const { title, help } = errorText('sign-in-not-finished');
  if (progress.state === 'cancelled') {
    return (
      <Note
        kind="info"
        title={title}
        onClose={() => dismiss(progress.id)}
        actions={<CopyDetails subject={progress.error} {...about} />}
      >
        <p>{help}</p>
      </Note>
    );
  }
  const running = <Waiting help={t('sign_in.running_help')}>{t('sign_in.running')}</Waiting>;
  return <ProgressNote {...props} running={running} />;
}

interface StepUpNoteProps extends About {
  title: string;
  /** The command or verification that waits. */
  waitingId: string;
  signIn: Progress;
  account: Account;
  onCancel: () => void;
  children?: ComponentChildren;
}

/** Belongs in {@link Announced}. Offers the sign-in that a waiting command needs. */
export function StepUpNote({ title, waitingId, signIn, onCancel, children, ...about }: StepUpNoteProps) {
  const { ask, surface } = usePage();
  const stepUp = () => ask({ kind: 'step-up', accountId: about.account.id, waitingId, from: surface });
  const progress = <SignInProgress progress={signIn} {...about} onRetry={stepUp} />;
  if (signIn.state === 'running') return progress;
  const wasCancelled = signIn.state === 'cancelled';
  const notFinished = errorText('sign-in-not-finished');
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
            {wasCancelled && <CopyDetails subject={signIn.error} {...about} />}
          </>
        }
      >
        {children}
        {wasCancelled && (
          <>
            <p>{notFinished.title}</p>
            <p>{notFinished.help}</p>
          </>
        )}
      </Note>
    </>
  );
}
