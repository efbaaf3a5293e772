// Adding a phone number on a page of the service: leading there, waiting for the number, and saying that it is there.
import { securityInfoVerifier } from '../lib/identity/entra/security-info.ts';
import { t } from '../lib/language/words.ts';
import type { HostedRegistration } from '../lib/store/database.ts';
import { ErrorNote, LostNote } from './error-note.tsx';
import { Heading } from './heading.tsx';
import { Icon } from './icons.tsx';
import type { AccountOverview } from './overview.ts';
import { usePage } from './page.tsx';
import { Announced, Note, Waiting } from './parts.tsx';
import { PhoneTile } from './phone-tile.tsx';
import type { Route } from './route.ts';

interface Props {
  overview: AccountOverview;
  route: Route;
  onRoute: (route: Route) => void;
}

export function AddPhoneHosted({ overview, route, onRoute }: Props) {
  const { ask, dismiss } = usePage();
  const { account, connection, adding } = overview;
  if (!securityInfoVerifier(connection.cloud)) return <p>{t('add.unavailable')}</p>;

  const open = () => {
    onRoute({ step: 'add-phone', askedAt: Date.now() });
    ask({ kind: 'add-hosted', accountId: account.id });
  };
  const home = () => onRoute({ step: 'home' });
  const registration = ofThisTime(overview.registration, route);
  const state = registration?.state;
  return (
    <>
      <Announced>
        {state === 'waiting' && <Waiting>{t('add.waiting')}</Waiting>}
        {state === 'registered' && <Note kind="success" title={t('add.registered')} />}
        {state === 'abandoned' && (
          <Note kind="info" title={t('add.ended')}>
            <p>{t('add.ended_help')}</p>
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
          <p class="hint">{t('add.waiting_help')}</p>
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
        <Introduction isOpening={adding.state === 'running'} onOpen={open} />
      )}
    </>
  );
}

/** The registration the person is waiting for here, not one of another day. */
function ofThisTime(registration: HostedRegistration | undefined, { askedAt }: Route): HostedRegistration | undefined {
  if (registration?.state === 'waiting') return registration;
  return registration && askedAt !== undefined && registration.updatedAt >= askedAt ? registration : undefined;
}

function Introduction({ isOpening, onOpen }: { isOpening: boolean; onOpen: () => void }) {
  return (
    <>
      <p class="reassurance">{t('add.reassurance')}</p>
      <Heading level={2}>{t('add.steps_intro')}</Heading>
      <ol class="steps">
        <li>{t('add.step_page')}</li>
        <li>{t('add.step_add')}</li>
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
      {tile && <PhoneTile tile={tile} account={overview.account} connection={overview.connection} />}
      {overview.availability === 'not-available' && <p class="hint">{t('phones.not_available')}</p>}
      <button type="button" class="wide" onClick={onDone}>
        {t('add.finish')}
      </button>
    </>
  );
}
