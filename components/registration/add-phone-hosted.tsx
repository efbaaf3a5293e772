// Adds or changes a number on the service's page, and waits until a sync detects it.

import { t } from '../../lib/shared/language/translate.ts';
import { clouds } from '../../lib/shared/model/clouds.ts';
import type { Route } from '../../lib/shared/model/place.ts';
import type { HostedRegistration } from '../../lib/shared/model/rows.ts';
import { Heading } from '../elements/heading.tsx';
import { Announced, Button, Note, Waiting } from '../elements/parts.tsx';
import { ProgressNote } from '../notes/progress-note.tsx';
import { Reassurance } from '../notes/reassurance.tsx';
import { usePage } from '../page.ts';
import { PhoneTile } from '../phones/phone-tile.tsx';
import type { AddPhoneProps } from '../view-model/registration.ts';

type Props = Pick<AddPhoneProps, 'overview' | 'changes'> & { route: Route; onRoute: (route: Route) => void };

export function AddPhoneHosted({ overview, changes, route, onRoute }: Props) {
  const { ask, dismiss } = usePage();
  const { account, connection, adding, tiles } = overview;
  if (!clouds[connection.cloud].securityInfo) return <p>{t('add.unavailable')}</p>;

  const registration = ofThisTime(overview.registration, route);
  const state = registration?.state;
  // A waiting registration may have another purpose than the one just chosen.
  const methodId = registration ? registration.changes : changes?.id;
  const purpose = methodId === undefined ? 'add' : 'change';
  const tile = tiles.find(({ method }) => method.id === registration?.methodId);
  const open = () => {
    onRoute({ ...route, askedAt: Date.now() });
    ask({ kind: 'add-hosted', accountId: account.id, ...(methodId === undefined ? {} : { methodId }) });
  };
  const home = () => onRoute({ step: 'home' });
  return (
    <>
      <Announced>
        {state === 'waiting' && <Waiting>{t('add.waiting')}</Waiting>}
        {state === 'registered' && <Note kind="success" title={t(`${purpose}.registered`)} />}
        {state === 'abandoned' && (
          <Note kind="info" title={t('add.ended')}>
            <p>{t(`${purpose}.ended_help`)}</p>
          </Note>
        )}
        <ProgressNote
          progress={adding}
          running={state !== 'waiting' && <Waiting>{t('add.opening')}</Waiting>}
          connection={connection}
          account={account}
          onRetry={open}
        />
      </Announced>
      {state === 'waiting' && (
        <>
          <p class="hint">{t(`${purpose}.waiting_help`)}</p>
          <div class="actions">
            <Button label={t('add.open_again')} icon="open" onClick={open} />
            <Button
              label={t('add.stop')}
              onClick={() => {
                dismiss(registration?.id ?? '');
                home();
              }}
            />
          </div>
        </>
      )}
      {state === 'registered' && (
        <>
          {tile && <PhoneTile tile={tile} />}
          {overview.availability === 'not-available' && <p class="hint">{t('phones.not_available')}</p>}
          <Button label={t('add.finish')} class="wide" onClick={home} />
        </>
      )}
      {state !== 'waiting' && state !== 'registered' && (
        <>
          <Reassurance changes={changes} />
          <Heading level={2}>{t('add.steps_intro')}</Heading>
          <ol class="steps">
            <li>{t('add.step_page')}</li>
            <li>{changes ? t('change.step_change') : t('add.step_add')}</li>
            <li>{t('add.step_noticed')}</li>
          </ol>
          {adding.state !== 'running' && (
            <Button label={t('add.open')} icon="open" class="primary wide" onClick={open} />
          )}
        </>
      )}
    </>
  );
}

/** Hides the result of a registration that was started before this page was opened. */
function ofThisTime(registration: HostedRegistration | undefined, { askedAt }: Route): HostedRegistration | undefined {
  if (registration?.state === 'waiting') return registration;
  return registration && askedAt !== undefined && registration.updatedAt >= askedAt ? registration : undefined;
}
