import { t } from '../../lib/shared/language/translate.ts';
import { hasSmsSignIn } from '../../lib/shared/model/clouds.ts';
import { Icon } from '../elements/icons.tsx';
import { Announced, Button } from '../elements/parts.tsx';
import { SignInProgress } from '../notes/progress-note.tsx';
import { usePage } from '../page.ts';
import type { Overview } from '../view-model/accounts.ts';
import { openSettings } from './account-header.tsx';
import { organizationName } from './organization-name.ts';

export function NotConnected() {
  const promises = [
    ['mobile', t('welcome.does')],
    ['tick', t('welcome.manages')],
    ['shield', t('welcome.never')],
  ] as const;
  return (
    <>
      <h1>{t('welcome.title')}</h1>
      <ul class="promises">
        {promises.map(([icon, text]) => (
          <li key={icon}>
            <Icon name={icon} />
            <p>{text}</p>
          </li>
        ))}
      </ul>
      <Button label={t('welcome.set_up')} class="primary wide" onClick={() => openSettings()} />
      <p class="hint">{t('welcome.set_up_help')}</p>
    </>
  );
}

export function SignedOut({ organizations }: Extract<Overview, { screen: 'signed-out' }>) {
  const { ask, surface } = usePage();
  return (
    <>
      <h1>{t('signed_out.title')}</h1>
      {organizations.map(({ connection, signIn }) => {
        const tenant = organizationName(connection);
        const start = () => ask({ kind: 'sign-in', connectionId: connection.id, from: surface });
        return (
          <section key={connection.id} class="stack">
            <p>
              {hasSmsSignIn(connection) ? t('signed_out.body', { tenant }) : t('signed_out.body_without', { tenant })}
            </p>
            <Announced>
              <SignInProgress progress={signIn} connection={connection} onRetry={start} />
            </Announced>
            {signIn.state !== 'running' && (
              <Button
                label={organizations.length === 1 ? t('action.sign_in') : t('signed_out.sign_in_to', { tenant })}
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
