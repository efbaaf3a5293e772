import { useSignal } from '@preact/signals';
import { Fragment } from 'preact';
import { t } from '../../lib/shared/language/translate.ts';
import type { Connection } from '../../lib/shared/model/rows.ts';
import { organizationName, organizationTitle } from '../account/organization-name.ts';
import { ConfirmDialog } from '../elements/confirm-dialog.tsx';
import { Announced, Button, Locked, Waiting } from '../elements/parts.tsx';
import { ProgressNote } from '../notes/progress-note.tsx';
import { usePage } from '../page.ts';
import { type PageState, progressOfKind } from '../view-model/progress.ts';

export function OrganizationCard({ pageState, connection }: { pageState: PageState; connection: Connection }) {
  const { ask } = usePage();
  const isAsking = useSignal(false);
  const { id, cloud, clientId, gateway, managed } = connection;
  const tenant = organizationName(connection);
  const progress = progressOfKind(pageState, 'disconnect', ({ connectionId }) => connectionId === id);
  const identifiers = [
    { name: t('connection.directory_id'), value: id },
    { name: t('connection.client_id'), value: clientId },
    ...(gateway ? [{ name: t('connection.gateway_named'), value: gateway.url }] : []),
  ];
  return (
    <article class="row" aria-label={tenant}>
      <div class="row-text">
        <h3>
          <bdi>{organizationTitle(connection)}</bdi>
        </h3>
        {managed && (
          <p class="hint">
            <Locked />
          </p>
        )}
        <dl class="quiet-facts">
          <dt>{t('connection.cloud')}</dt>
          <dd>{t(`connection.cloud_name.${cloud}`)}</dd>
          {identifiers.map(({ name, value }) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi dir="ltr">{value}</bdi>
              </dd>
            </Fragment>
          ))}
        </dl>
      </div>
      {progress.state !== 'running' && !managed && (
        <Button
          label={t('options.disconnect')}
          aria-label={t('options.disconnect_named', { tenant })}
          onClick={() => (isAsking.value = true)}
        />
      )}
      <Announced>
        <ProgressNote
          progress={progress}
          running={<Waiting>{t('options.disconnecting')}</Waiting>}
          connection={connection}
        />
      </Announced>
      {isAsking.value && (
        <ConfirmDialog
          title={t('options.disconnect_title', { tenant })}
          confirm={t('options.disconnect')}
          takesAway
          onConfirm={() => ask({ kind: 'disconnect', connectionId: id })}
          onClose={() => (isAsking.value = false)}
        >
          <p>{t('options.disconnect_body')}</p>
        </ConfirmDialog>
      )}
    </article>
  );
}
