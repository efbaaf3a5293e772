import type { ComponentChildren } from 'preact';
import { t } from '../../lib/shared/language/translate.ts';
import { Waiting } from '../elements/parts.tsx';
import { usePage } from '../page.ts';
import type { Progress } from '../view-model/progress.ts';
import { type About, CancelledNote, ErrorNote, LostNote } from './error-note.tsx';

interface ProgressNoteProps extends About {
  progress: Progress;
  running?: ComponentChildren;
  onRetry: () => void;
}

/** Belongs into {@link Announced}. Shows that a command is running, or why it failed. */
export function ProgressNote({ progress, running, onRetry, ...about }: ProgressNoteProps) {
  const { dismiss } = usePage();
  switch (progress.state) {
    case 'running':
      return <>{running}</>;
    case 'failed':
      return <ErrorNote error={progress.error} {...about} onRetry={onRetry} onClose={() => dismiss(progress.id)} />;
    case 'lost':
      return <LostNote onRetry={onRetry} onClose={() => dismiss(progress.id)} />;
    default:
      return null;
  }
}

/** Belongs into {@link Announced}. */
export function SignInProgress({ progress, onRetry, ...about }: Omit<ProgressNoteProps, 'running'>) {
  const { dismiss } = usePage();
  if (progress.state === 'cancelled') {
    return <CancelledNote at={progress.at} {...about} onClose={() => dismiss(progress.id)} />;
  }
  const running = (
    <div class="stack-tight">
      <Waiting>{t('sign_in.running')}</Waiting>
      <p class="hint">{t('sign_in.running_help')}</p>
    </div>
  );
  return <ProgressNote progress={progress} running={running} onRetry={onRetry} {...about} />;
}
