import { useSignal } from '@preact/signals';
import { t } from '../../lib/shared/language/translate.ts';
import type { Account, Connection } from '../../lib/shared/model/rows.ts';
import { organizationTitle } from '../account/organization-name.ts';
import { Announced, Button, Section, UserName, Waiting } from '../elements/parts.tsx';
import { ProgressNote, SignInProgress } from '../notes/progress-note.tsx';
import { usePage } from '../page.ts';
import { type PageState, progressOfKind, signInProgress } from '../view-model/progress.ts';
import { ForgetDialog } from './forget-dialog.tsx';

export function AccountsSection({ pageState }: { pageState: PageState }) {
  const { connections, accounts } = pageState.rows;
  return (
    <Section id="accounts" title={t('options.accounts')}>
      {connections.length === 0 && <p class="hint">{t('options.accounts_first')}</p>}
      {connections.map((connection) => {
        const ofConnection = accounts.filter(({ connectionId }) => connectionId === connection.id);
        return (
          <div key={connection.id} class="stack">
            {connections.length > 1 && (
              <h3>
                <bdi>{organizationTitle(connection)}</bdi>
              </h3>
            )}
            {ofConnection.map((account) => (
              <AccountRow key={account.id} pageState={pageState} connection={connection} account={account} />
            ))}
            {ofConnection.length === 0 && <p class="hint">{t('options.accounts_none')}</p>}
            <SignIn pageState={pageState} connection={connection} isFirst={ofConnection.length === 0} />
          </div>
        );
      })}
    </Section>
  );
}

interface Props {
  pageState: PageState;
  connection: Connection;
}

function SignIn({ pageState, connection, isFirst }: Props & { isFirst: boolean }) {
  const { ask, surface } = usePage();
  const progress = signInProgress(pageState, connection.id);
  const start = () => ask({ kind: 'sign-in', connectionId: connection.id, from: surface });
  return (
    <>
      <Announced>
        <SignInProgress progress={progress} connection={connection} onRetry={start} />
      </Announced>
      {progress.state !== 'running' && (
        <div class="actions">
          <Button
            label={isFirst ? t('action.sign_in') : t('options.add_account')}
            class={isFirst ? 'primary' : ''}
            onClick={start}
          />
        </div>
      )}
    </>
  );
}

function AccountRow({ pageState, connection, account }: Props & { account: Account }) {
  const { ask, surface } = usePage();
  const isAsking = useSignal(false);
  const { id, name, userName, session, loginHint } = account;
  const about = { connection, account };
  const progress = progressOfKind(pageState, 'sign-out', ({ accountId }) => accountId === id);
  const startSignIn = () => ask({ kind: 'sign-in', connectionId: connection.id, loginHint, from: surface });
  const signingIn = signInProgress(pageState, connection.id, account);
  return (
    <article class="row" aria-label={userName}>
      <div class="row-text">
        <p class="who-name">
          <bdi>{name}</bdi>{' '}
          <span class="badge">{session === 'signed-in' ? t('account.signed_in') : t('account.signed_out')}</span>
        </p>
        <p class="hint">
          <UserName of={userName} />
        </p>
      </div>
      {progress.state !== 'running' && (
        <div class="actions">
          {session === 'signed-out' && signingIn.state !== 'running' && (
            <Button label={t('action.sign_in')} class="primary" onClick={startSignIn} />
          )}
          <Button
            label={t('options.sign_out')}
            aria-label={t('options.sign_out_named', { user: userName })}
            onClick={() => (isAsking.value = true)}
          />
        </div>
      )}
      <Announced>
        <SignInProgress progress={signingIn} {...about} onRetry={startSignIn} />
        <ProgressNote progress={progress} running={<Waiting>{t('options.signing_out')}</Waiting>} {...about} />
      </Announced>
      {isAsking.value && <ForgetDialog account={account} onClose={() => (isAsking.value = false)} />}
    </article>
  );
}
