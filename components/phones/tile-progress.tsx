import { flat, t } from '../../lib/shared/language/translate.ts';
import { isWrite } from '../../lib/shared/model/command-row.ts';
import { defaultMethodBlock } from '../../lib/shared/model/default-method-block.ts';
import type { ErrorDetails } from '../../lib/shared/model/errors.ts';
import { Icon } from '../elements/icons.tsx';
import { Button, Note, Waiting, WithNumber } from '../elements/parts.tsx';
import { CopyDetails, ErrorNote, LostNote } from '../notes/error-note.tsx';
import { SignInProgress, StepUpNote } from '../notes/progress-note.tsx';
import { SecurityInfoLink } from '../notes/security-info-link.tsx';
import { usePage } from '../page.ts';
import type { Tile } from '../view-model/tiles.ts';
import { defaultMethodName } from './method-name.tsx';

export function TileProgress({ tile, onRemove, onTry }: { tile: Tile; onRemove: () => void; onTry: () => void }) {
  const { account, connection, method, progress } = tile;
  const about = { account, connection, method };
  const { ask, dismiss } = usePage();
  if (progress.state === 'none') return null;
  const { id, command } = progress;
  const close = () => dismiss(id);
  if (command.kind === 'try-sign-in') {
    if (progress.state === 'done') {
      const title = t('try.done', { number: method.masked });
      return <Note kind="success" title={title} masked={method.masked} onClose={close} />;
    }
    if (progress.state === 'failed' && progress.error.kind === 'account-not-allowed') {
      const tryAgain = <Button label={t('action.try_again')} onClick={onTry} />;
      return (
        <ErrorNote error={progress.error} {...about} onClose={close} actions={tryAgain}>
          <p>{t('try.nothing_kept')}</p>
        </ErrorNote>
      );
    }
    return <SignInProgress progress={progress} connection={connection} account={account} onRetry={onTry} />;
  }
  if (progress.state === 'cancelled' || !isWrite(command)) return null;
  const messages = command.kind === 'disable' ? 'turn_off' : flat(command.kind);
  const again = () => {
    dismiss(id);
    ask(command);
  };
  switch (progress.state) {
    case 'running':
      if (progress.isQueued) return <Waiting>{t('queue.waiting')}</Waiting>;
      return (
        <div class="stack-tight">
          {command.kind === 'remove' && command.defaultFirst ? (
            <Steps method={defaultMethodName(command.defaultFirst)} isDefaultChanged={progress.defaultChanged} />
          ) : (
            <Waiting>{progress.isChecking ? t('enable.checking') : t(`${messages}.running`)}</Waiting>
          )}
          {progress.isChecking && <p class="hint">{t('enable.checking_help')}</p>}
        </div>
      );
    case 'needs-step-up':
      return (
        <StepUpNote
          title={progress.signedOut ? t('step_up.signed_out') : t('step_up.title')}
          waitingId={id}
          signIn={progress.signIn}
          {...about}
          onCancel={close}
        />
      );
    case 'done':
      if (command.kind === 'enable' && tile.sms === 'notConfigured') {
        return (
          <Note kind="info" title={t('enable.unfinished')} onClose={close}>
            <p>
              <WithNumber sentence={t('enable.unfinished_help', { number: method.masked })} masked={method.masked} />
            </p>
          </Note>
        );
      }
      return (
        <Note
          kind="success"
          title={t(`${messages}.done`, { number: method.masked })}
          masked={method.masked}
          onClose={close}
          actions={command.kind === 'enable' && <Button label={t('try.action')} onClick={onTry} />}
        >
          {command.kind === 'enable' && <p>{t('try.help')}</p>}
        </Note>
      );
    case 'failed':
      if (command.kind === 'remove' && defaultMethodBlock(progress)) {
        const askAgain = () => {
          close();
          onRemove();
        };
        return <DefaultInTheWay tile={tile} error={progress.error} onRemove={askAgain} onClose={close} />;
      }
      return (
        <ErrorNote error={progress.error} {...about} onRetry={again} onClose={close}>
          {progress.defaultChanged && <p>{t('remove.default_was_changed')}</p>}
        </ErrorNote>
      );
    case 'lost':
      return <LostNote onRetry={again} onClose={close} />;
  }
}

/** The two steps of a removal that makes another method the default first. */
function Steps({ method, isDefaultChanged }: { method: string; isDefaultChanged: boolean }) {
  return (
    <ol class="progress-steps">
      <li>
        {isDefaultChanged && <Icon name="tick" />}
        {isDefaultChanged ? (
          t('remove.step_default_done', { method })
        ) : (
          <Waiting>{t('remove.step_default', { method })}</Waiting>
        )}
      </li>
      <li>
        {isDefaultChanged ? (
          <Waiting>{t('remove.running')}</Waiting>
        ) : (
          <span class="hint">{t('remove.step_then')}</span>
        )}
      </li>
    </ol>
  );
}

/** The default cannot be removed; the removal can continue once the default was changed, here or elsewhere. */
function DefaultInTheWay(props: { tile: Tile; error: ErrorDetails; onRemove: () => void; onClose: () => void }) {
  const { tile, error, onRemove, onClose } = props;
  const { account, connection, method, isDefault, removal } = tile;
  const isKnown = account.defaultMethod !== 'unknown';
  const remove = <Button label={t('remove.action')} onClick={onRemove} />;
  if (isKnown && !isDefault && (account.syncedAt ?? 0) > error.at) {
    const title = t('remove.can_now', { number: method.masked });
    return (
      <Note kind="info" title={title} masked={method.masked} onClose={onClose} actions={remove}>
        <p>{t('remove.can_now_help')}</p>
      </Note>
    );
  }
  const canChoose = removal.kind === 'is-default';
  const help = canChoose ? t('error.is_default_method.help') : t('remove.go_there');
  return (
    <Note
      kind="warning"
      title={t('error.is_default_method.title')}
      onClose={onClose}
      actions={
        <>
          {canChoose && <Button label={t('remove.choose_other')} onClick={onRemove} />}
          {!canChoose && <SecurityInfoLink connection={connection} />}
          {!isKnown && remove}
          <CopyDetails subject={error} connection={connection} method={method} />
        </>
      }
    >
      <p>{error.kind === 'not-permitted' ? t('remove.elsewhere') : help}</p>
    </Note>
  );
}
