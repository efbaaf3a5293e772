import type { ComponentChildren } from 'preact';
import { browser } from '../../lib/shared/browser.ts';
import { relativeTime } from '../../lib/shared/language/relative-time.ts';
import { errorText, language, t } from '../../lib/shared/language/translate.ts';
import { adminConsentUrl } from '../../lib/shared/model/clouds.ts';
import { type ErrorDetails, errorKinds } from '../../lib/shared/model/errors.ts';
import type { Account, CachedMethod, Connection } from '../../lib/shared/model/rows.ts';
import { Button, CopyButton, Note } from '../elements/parts.tsx';
import { usePage } from '../page.ts';
import { detailsText } from './details.ts';
import { OrganizationHelp } from './organization-help.tsx';
import { SecurityInfoLink } from './security-info-link.tsx';

export interface About {
  connection?: Connection | undefined;
  account?: Account | undefined;
  method?: CachedMethod | undefined;
}

interface ErrorNoteProps extends About {
  error: ErrorDetails;
  onRetry?: () => void;
  onClose?: () => void;
  actions?: ComponentChildren;
  children?: ComponentChildren;
}

export function ErrorNote({ error, onRetry, onClose, actions, children, ...about }: ErrorNoteProps) {
  const { connection } = about;
  const now = usePage().now.value;
  const { title, help } = errorText(error.kind);
  const wait = error.retryAt && error.retryAt > now ? relativeTime(error.retryAt, now, language) : undefined;
  const { retry, ask } = errorKinds[error.kind];
  const canRetry = onRetry !== undefined && retry !== 'no' && wait === undefined;
  return (
    <Note
      kind={error.kind === 'offline' ? 'info' : 'warning'}
      title={title}
      onClose={onClose}
      actions={
        <>
          {actions}
          {canRetry && <Button label={t('action.try_again')} onClick={onRetry} />}
          {ask === 'admin-consent' && connection && (
            <CopyButton
              text={() => adminConsentUrl({ ...connection, tenantId: connection.id })}
              label={t('consent.copy')}
              copied={t('consent.copied')}
            />
          )}
          {ask === 'security-info' && connection && <SecurityInfoLink connection={connection} />}
          <CopyDetails subject={error} {...about} />
        </>
      }
    >
      <p>{help}</p>
      {children}
      {wait && <p>{t('error.later', { when: wait })}</p>}
      {ask !== 'user' && ask !== 'sign-in' && <OrganizationHelp />}
    </Note>
  );
}

export function CopyDetails({ subject, connection, method }: { subject: ErrorDetails } & About) {
  const { policy, log } = usePage();
  // Read while rendering: the log is kept up to date only for components that do so.
  const lines = log.value;
  const text = () =>
    detailsText(subject, {
      policy: policy.value?.fingerprint,
      log: lines,
      version: browser.runtime.getManifest().version,
      tenantId: connection?.id,
      clientId: connection?.clientId,
      redirectUri: connection && browser.identity.getRedirectURL(),
      number: method?.masked,
      smsSignIn: method?.smsSignIn,
    });
  return <CopyButton text={text} label={t('action.copy_details')} copied={t('action.details_copied')} />;
}

/** The service worker did not accept a command, or could not store it. */
export function LostNote({ onRetry, onClose }: { onRetry: () => void; onClose: () => void }) {
  const reason = usePage().lost.value;
  return (
    <Note
      kind="warning"
      title={t('lost.title')}
      onClose={onClose}
      actions={<Button label={t('action.try_again')} onClick={onRetry} />}
    >
      {reason === 'no-room' && <p>{t('lost.full')}</p>}
      {reason === 'storage-unavailable' && <p>{errorText(reason).help}</p>}
      {(reason === 'unanswered' || !reason) && <p>{t('lost.help')}</p>}
    </Note>
  );
}
