// A number that waits for a fresh sign-in: the code is texted right after it.
import { t } from '../lib/language/words.ts';
import { CopyDetails } from './error-note.tsx';
import type { AccountOverview } from './overview.ts';
import { usePage } from './page.tsx';
import { Announced, Note } from './parts.tsx';
import type { RegistrationStep } from './registration.ts';
import { SignInProgress } from './sign-in-prompt.tsx';

export function StepUpStep(props: {
  overview: AccountOverview;
  view: Extract<RegistrationStep, { step: 'step-up' }>;
  onCancel: () => void;
}) {
  const { overview, view, onCancel } = props;
  const { ask, dismiss, surface } = usePage();
  const { account, connection } = overview;
  const { signIn, signedOut, verification } = view;
  const { commandId } = verification;
  const stepUp = () => commandId && ask({ kind: 'step-up', accountId: account.id, commandId, from: surface });
  const progress = <SignInProgress progress={signIn} connection={connection} account={account} onRetry={stepUp} />;
  if (signIn.state === 'running') return <Announced>{progress}</Announced>;
  const wasCancelled = signIn.state === 'cancelled';
  return (
    <Announced>
      {!wasCancelled && progress}
      <Note
        kind="info"
        title={signedOut ? t('number.signed_out') : t('step_up.title')}
        actions={
          <>
            <button type="button" class="primary" onClick={stepUp}>
              {t('action.sign_in_again')}
            </button>
            <button
              type="button"
              onClick={() => {
                if (commandId) dismiss(commandId);
                onCancel();
              }}
            >
              {t('action.cancel')}
            </button>
            {wasCancelled && (
              <CopyDetails
                subject={{ kind: 'sign-in-not-finished', at: signIn.at }}
                connection={connection}
                account={account}
              />
            )}
          </>
        }
      >
        <p>{t('number.step_up_help')}</p>
        {wasCancelled && (
          <>
            <p>{t('sign_in.cancelled')}</p>
            <p>{t('sign_in.cancelled_help')}</p>
          </>
        )}
      </Note>
    </Announced>
  );
}
