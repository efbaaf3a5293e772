// How a change of a phone method is getting on, from the click to its end.
import { t } from '../lib/language/words.ts';
import type { Account, Connection } from '../lib/store/database.ts';
import { CopyDetails, ErrorNote, LostNote } from './error-note.tsx';
import type { Tile } from './overview.ts';
import { usePage } from './page.tsx';
import { Note, Waiting, WithNumber } from './parts.tsx';
import { SignInProgress } from './sign-in-prompt.tsx';

export function TileProgress({ tile, account, connection }: { tile: Tile; account: Account; connection: Connection }) {
  const { progress, method } = tile;
  const { ask, dismiss, surface } = usePage();
  if (progress.state === 'none' || progress.state === 'cancelled') return null;

  const { id, command } = progress;
  const isEnabling = command.kind === 'enable';
  const close = () => dismiss(id);
  const again = () => {
    dismiss(id);
    ask(command);
  };
  switch (progress.state) {
    case 'running':
      return (
        <div class="stack-tight">
          <Waiting>
            {progress.checking ? t('enable.checking') : isEnabling ? t('enable.running') : t('turn_off.running')}
          </Waiting>
          {progress.checking && <p class="hint">{t('enable.checking_help')}</p>}
        </div>
      );
    case 'needs-step-up': {
      const stepUp = () => ask({ kind: 'step-up', accountId: account.id, commandId: id, from: surface });
      const { signIn } = progress;
      const shown = <SignInProgress progress={signIn} connection={connection} account={account} onRetry={stepUp} />;
      if (signIn.state === 'running') return shown;
      const wasCancelled = signIn.state === 'cancelled';
      return (
        <>
          {!wasCancelled && shown}
          <Note
            kind="info"
            title={progress.signedOut ? t('step_up.signed_out') : t('step_up.title')}
            actions={
              <>
                <button type="button" class="primary" onClick={stepUp}>
                  {t('action.sign_in_again')}
                </button>
                <button type="button" onClick={close}>
                  {t('action.cancel')}
                </button>
                {wasCancelled && (
                  <CopyDetails
                    subject={{ kind: 'sign-in-not-finished', at: signIn.at }}
                    connection={connection}
                    method={method}
                  />
                )}
              </>
            }
          >
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
    case 'done':
      if (!isEnabling) {
        return (
          <Note
            kind="success"
            title={<WithNumber sentence={t('turn_off.done', { number: method.masked })} masked={method.masked} />}
            onClose={close}
          />
        );
      }
      if (tile.sms === 'notConfigured') {
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
          title={<WithNumber sentence={t('enable.done', { number: method.masked })} masked={method.masked} />}
          onClose={close}
        />
      );
    case 'failed':
      return (
        <ErrorNote
          error={progress.error}
          connection={connection}
          account={account}
          method={method}
          onRetry={again}
          onClose={close}
        />
      );
    case 'lost':
      return <LostNote onRetry={again} onClose={close} />;
  }
}
