import type { ComponentChildren } from 'preact';
import { t } from '../../lib/shared/language/translate.ts';
import { Waiting } from '../elements/parts.tsx';
import { usePage } from '../page.ts';
import type { Progress } from '../view-model/progress.ts';
import { type About, CancelledNote, ErrorNote, LostNote } from './error-note.tsx';

interface ProgressNoteProps extends About {
  progress: Progress;
  running?: ComponentChildren;
  /** Without it, the command is sent again. */
  onRetry?: () => void;
}

/** Belongs into {@link Announced}. Shows that a command is running, or why it failed. */
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

/** Belongs into {@link Announced}. */
export function SignInProgress(props: Omit<ProgressNoteProps, 'running'>) {
  const { dismiss } = usePage();
  const { progress } = props;
  if (progress.state === 'cancelled') {
    return <CancelledNote {...props} at={progress.at} onClose={() => dismiss(progress.id)} />;
  }
  const running = (
    <div class="stack-tight">
      <Waiting>{t('sign_in.running')}</Waiting>
      <p class="hint">{t('sign_in.running_help')}</p>
    </div>
  );
  return <ProgressNote {...props} running={running} />;
}
