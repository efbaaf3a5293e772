import type { ComponentChildren } from 'preact';
import { errorText, t } from '../../lib/shared/language/translate.ts';
import type { Account } from '../../lib/shared/model/rows.ts';
import { Button, Note, Waiting } from '../elements/parts.tsx';
import { usePage } from '../page.ts';
import type { Progress } from '../view-model/progress.ts';
import { type About, CopyDetails, ErrorNote, LostNote } from './error-note.tsx';
import { SecurityInfoLink } from './security-info-link.tsx';

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
  const { ask, dismiss } = usePage();
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
  if (progress.state !== 'running') return <ProgressNote {...props} />;
  const { id, command } = progress;
  return (
    <div class="stack-tight">
      <Waiting help={`${t('sign_in.running_help')} ${t('sign_in.lost_window')}`}>{t('sign_in.running')}</Waiting>
      <div class="actions">
        <Button label={t('sign_in.start_again')} onClick={() => ask(command, { replaces: id })} />
        <Button
          label={t('action.cancel')}
          onClick={({ currentTarget }) => {
            // The button disappears, and the focus with it.
            currentTarget.closest<HTMLElement>('[role=status]')?.focus();
            dismiss(id);
          }}
        />
      </div>
    </div>
  );
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
  const { ask, dismiss, surface } = usePage();
  const stepUp = (chooseAccount = false) =>
    ask({
      ...{ kind: 'step-up', accountId: about.account.id, waitingId, from: surface },
      ...(chooseAccount ? { chooseAccount } : {}),
    });
  const progress = <SignInProgress progress={signIn} {...about} onRetry={() => stepUp()} />;
  if (signIn.state === 'running') return progress;
  const wasCancelled = signIn.state === 'cancelled';
  const wasAnother = signIn.state === 'failed' && signIn.error.kind === 'account-not-allowed';
  const notFinished = errorText('sign-in-not-finished');
  return (
    <>
      {wasAnother ? (
        <ErrorNote
          error={signIn.error}
          {...about}
          onClose={() => dismiss(signIn.id)}
          actions={<Button label={t('sign_in.use_another')} onClick={() => stepUp(true)} />}
        >
          <p>{t('sign_in.expected', { user: about.account.name })}</p>
        </ErrorNote>
      ) : (
        !wasCancelled && progress
      )}
      <Note
        kind="info"
        title={title}
        actions={
          <>
            <Button label={t('action.sign_in_again')} class="primary" onClick={() => stepUp()} />
            <Button label={t('action.cancel')} onClick={onCancel} />
            {wasCancelled && about.connection && <SecurityInfoLink connection={about.connection} />}
            {wasCancelled && <CopyDetails subject={signIn.error} {...about} />}
          </>
        }
      >
        {children}
        {wasCancelled && (
          <>
            <p>{notFinished.title}</p>
            <p>{notFinished.help}</p>
            <p>{t('sign_in.no_second_method')}</p>
          </>
        )}
      </Note>
    </>
  );
}
