// Adds or changes a number on the service's page, and waits until a sync detects it.

import { t } from '../../lib/shared/language/translate.ts';
import { clouds } from '../../lib/shared/model/clouds.ts';
import type { Route } from '../../lib/shared/model/place.ts';
import type { CachedMethod, HostedRegistration } from '../../lib/shared/model/rows.ts';
import { Heading } from '../elements/heading.tsx';
import { Icon } from '../elements/icons.tsx';
import { Announced, Note, Waiting } from '../elements/parts.tsx';
import { ErrorNote, LostNote } from '../notes/error-note.tsx';
import { Reassurance } from '../notes/reassurance.tsx';
import { usePage } from '../page.ts';
import { PhoneTile } from '../phones/phone-tile.tsx';
import type { AccountOverview } from '../view-model/accounts.ts';

interface Props {
  overview: AccountOverview;
  /** The method whose number is to be changed; missing for a new number. */
  changes: CachedMethod | undefined;
  route: Route;
  onRoute: (route: Route) => void;
}

export function AddPhoneHosted({ overview, changes, route, onRoute }: Props) {
  const { ask, dismiss } = usePage();
  const { account, connection, adding } = overview;
  if (!clouds[connection.cloud].securityInfo) return <p>{t('add.unavailable')}</p>;

  const registration = ofThisTime(overview.registration, route);
  const state = registration?.state;
  // A waiting registration may have another purpose than the one just chosen.
  const methodId = registration ? registration.changes : changes?.id;
  const words = methodId === undefined ? wordsOf.add : wordsOf.change;
  const open = () => {
    onRoute({ ...route, askedAt: Date.now() });
    ask({ kind: 'add-hosted', accountId: account.id, ...(methodId === undefined ? {} : { methodId }) });
  };
  const home = () => onRoute({ step: 'home' });
  return (
    <>
      <Announced>
        {state === 'waiting' && <Waiting>{t('add.waiting')}</Waiting>}
        {state === 'registered' && <Note kind="success" title={words.registered()} />}
        {state === 'abandoned' && (
          <Note kind="info" title={t('add.ended')}>
            <p>{words.endedHelp()}</p>
          </Note>
        )}
        {adding.state === 'running' && state !== 'waiting' && <Waiting>{t('add.opening')}</Waiting>}
        {adding.state === 'failed' && (
          <ErrorNote
            error={adding.error}
            connection={connection}
            account={account}
            onRetry={open}
            onClose={() => dismiss(adding.id)}
          />
        )}
        {adding.state === 'lost' && <LostNote onRetry={open} onClose={() => dismiss(adding.id)} />}
      </Announced>
      {state === 'waiting' && (
        <>
          <p class="hint">{words.waitingHelp()}</p>
          <div class="actions">
            <button type="button" onClick={open}>
              {t('add.open_again')}
              <Icon name="open" />
            </button>
            <button
              type="button"
              onClick={() => {
                dismiss(registration?.id ?? '');
                home();
              }}
            >
              {t('add.stop')}
            </button>
          </div>
        </>
      )}
      {state === 'registered' && <Registered overview={overview} methodId={registration?.methodId} onDone={home} />}
      {state !== 'waiting' && state !== 'registered' && (
        <Introduction changes={changes} isOpening={adding.state === 'running'} onOpen={open} />
      )}
    </>
  );
}

/** Hides the result of a registration that was started before this page was opened. */
function ofThisTime(registration: HostedRegistration | undefined, { askedAt }: Route): HostedRegistration | undefined {
  if (registration?.state === 'waiting') return registration;
  return registration && askedAt !== undefined && registration.updatedAt >= askedAt ? registration : undefined;
}

const wordsOf = {
  add: {
    registered: () => t('add.registered'),
    endedHelp: () => t('add.ended_help'),
    waitingHelp: () => t('add.waiting_help'),
  },
  change: {
    registered: () => t('change.registered'),
    endedHelp: () => t('change.ended_help'),
    waitingHelp: () => t('change.waiting_help'),
  },
};

function Introduction(props: { changes: CachedMethod | undefined; isOpening: boolean; onOpen: () => void }) {
  const { changes, isOpening, onOpen } = props;
  return (
    <>
      <Reassurance changes={changes} />
      <Heading level={2}>{t('add.steps_intro')}</Heading>
      <ol class="steps">
        <li>{t('add.step_page')}</li>
        <li>{changes ? t('change.step_change') : t('add.step_add')}</li>
        <li>{t('add.step_noticed')}</li>
      </ol>
      {!isOpening && (
        <button type="button" class="primary wide" onClick={onOpen}>
          {t('add.open')}
          <Icon name="open" />
        </button>
      )}
    </>
  );
}

function Registered(props: { overview: AccountOverview; methodId: string | undefined; onDone: () => void }) {
  const { overview, methodId, onDone } = props;
  const tile = overview.tiles.find(({ method }) => method.id === methodId);
  return (
    <>
      {tile && <PhoneTile tile={tile} />}
      {overview.availability === 'not-available' && <p class="hint">{t('phones.not_available')}</p>}
      <button type="button" class="wide" onClick={onDone}>
        {t('add.finish')}
      </button>
    </>
  );
}
