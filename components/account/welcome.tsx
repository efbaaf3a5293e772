import { t } from '../../lib/shared/language/translate.ts';
import { hasSmsSignIn } from '../../lib/shared/model/clouds.ts';
import { Button } from '../elements/button.tsx';
import { Icon } from '../elements/icons.tsx';
import { Announced } from '../elements/parts.tsx';
import { SignInProgress } from '../notes/progress-note.tsx';
import { usePage } from '../page.ts';
import type { Organization } from '../view-model/accounts.ts';
import { openSettings } from './account-header.tsx';
import { organizationName } from './organization-name.ts';

export function NotConnected() {
  return (
    <>
      <h1>{t('welcome.title')}</h1>
      <ul class="promises">
        <li>
          <Icon name="mobile" />
          <p>{t('welcome.does')}</p>
        </li>
        <li>
          <Icon name="tick" />
          <p>{t('welcome.manages')}</p>
        </li>
        <li>
          <Icon name="shield" />
          <p>{t('welcome.never')}</p>
        </li>
      </ul>
      <Button label={t('welcome.set_up')} class="primary wide" onClick={() => openSettings()} />
      <p class="hint">{t('welcome.set_up_help')}</p>
    </>
  );
}

export function SignedOut({ organizations }: { organizations: Organization[] }) {
  const { ask, surface } = usePage();
  return (
    <>
      <h1>{t('signed_out.title')}</h1>
      {organizations.map(({ connection, signIn }) => {
        const start = () => ask({ kind: 'sign-in', connectionId: connection.id, from: surface });
        return (
          <section key={connection.id} class="stack">
            <p>
              {hasSmsSignIn(connection)
                ? t('signed_out.body', { tenant: organizationName(connection) })
                : t('signed_out.body_without', { tenant: organizationName(connection) })}
            </p>
            <Announced>
              <SignInProgress progress={signIn} connection={connection} onRetry={start} />
            </Announced>
            {signIn.state !== 'running' && (
              <Button
                label={
                  organizations.length === 1
                    ? t('action.sign_in')
                    : t('signed_out.sign_in_to', { tenant: organizationName(connection) })
                }
                class="primary wide"
                onClick={start}
              />
            )}
          </section>
        );
      })}
    </>
  );
}
