import { useLayoutEffect, useRef } from 'preact/hooks';
import { relativeTime } from '../../lib/shared/language/relative-time.ts';
import { language, t } from '../../lib/shared/language/translate.ts';
import type { Route } from '../../lib/shared/model/place.ts';
import { Heading } from '../elements/heading.tsx';
import { Icon } from '../elements/icons.tsx';
import { Announced, Button, IconButton, Note, Waiting } from '../elements/parts.tsx';
import { ErrorNote } from '../notes/error-note.tsx';
import { PagePermission } from '../notes/page-permission.tsx';
import { SignInProgress } from '../notes/progress-note.tsx';
import { usePage } from '../page.ts';
import { PhoneTile } from '../phones/phone-tile.tsx';
import type { AccountOverview } from '../view-model/accounts.ts';
import { routeOfOpen } from '../view-model/route.ts';
import { openSettings } from './account-header.tsx';

export function AccountHome(props: {
  overview: AccountOverview;
  now: number;
  /** The user comes from another step, so that the heading takes the focus. */
  isReturn: boolean;
  onRoute: (route: Route) => void;
}) {
  const { overview, now, isReturn, onRoute } = props;
  const { dismiss, surface } = usePage();
  const { account, tiles, neverSynced } = overview;
  const isEmpty = tiles.length === 0 && !overview.openVerification && overview.registration?.state !== 'waiting';
  const toOpen = <Button label={t('add.show')} onClick={() => onRoute(routeOfOpen(overview))} />;
  const heading = useRef<HTMLHeadingElement>(null);

  useLayoutEffect(() => {
    if (isReturn) heading.current?.focus();
  }, []);

  // If the focus was on the tile of a removed number, it moves to the heading.
  const shown = tiles.length;
  const before = useRef(shown);
  useLayoutEffect(() => {
    if (shown < before.current && document.activeElement === document.body) heading.current?.focus();
    before.current = shown;
  }, [shown]);
  return (
    <>
      <div class="title-line">
        <Heading level={1} innerRef={heading} focusable>
          {t('phones.title')}
        </Heading>
        {account.session === 'signed-in' && !neverSynced && (
          <button type="button" class={isEmpty ? 'primary' : undefined} onClick={() => onRoute({ step: 'add' })}>
            <Icon name="plus" />
            {t('add.method')}
          </button>
        )}
      </div>
      <Announced>
        <AccountNotes overview={overview} />
        {overview.registration?.state === 'waiting' && (
          <div class="note info note-waiting">
            <Waiting>{t('add.waiting')}</Waiting>
            {toOpen}
          </div>
        )}
        {overview.openVerification && (
          <div class="note info note-waiting">
            <p>{overview.openVerification.purpose === 'change' ? t('change.open') : t('registered.open')}</p>
            {toOpen}
          </div>
        )}
        {overview.removed.map(({ id, masked }) => (
          <Note
            key={id}
            kind="success"
            title={t('remove.done', { number: masked })}
            masked={masked}
            onClose={() => dismiss(id)}
            actions={<Button label={t('remove.add_again')} onClick={() => onRoute({ step: 'add-phone' })} />}
          />
        ))}
        {surface === 'popup' && overview.pagesToReach.length > 0 && <PagePermission patterns={overview.pagesToReach} />}
        {neverSynced && overview.isSyncing && <Waiting>{t('phones.loading')}</Waiting>}
      </Announced>
      {tiles.length > 0 && (
        <ul class="tiles">
          {tiles.map((tile) => (
            <li key={tile.method.id}>
              <PhoneTile tile={tile} onChange={() => onRoute({ step: 'change', methodId: tile.method.id })} />
            </li>
          ))}
        </ul>
      )}
      {!neverSynced && <AvailabilityLine overview={overview} />}
      <StatusLine overview={overview} now={now} />
    </>
  );
}

/** A missing sign-in or a failed sync, because of which the tiles are outdated. */
function AccountNotes({ overview }: { overview: AccountOverview }) {
  const { ask, surface } = usePage();
  const { account, connection, signIn, syncError, neverSynced } = overview;
  const startSignIn = () =>
    ask({ kind: 'sign-in', connectionId: connection.id, loginHint: account.loginHint, from: surface });
  return (
    <>
      <SignInProgress progress={signIn} connection={connection} account={account} onRetry={startSignIn} />
      {account.session === 'signed-out' && signIn.state !== 'running' && (
        <Note
          kind="info"
          title={t('sign_in.again')}
          actions={<Button label={t('action.sign_in')} class="primary" onClick={startSignIn} />}
        >
          {!neverSynced && <p>{t('sign_in.again_help')}</p>}
        </Note>
      )}
      {syncError && (
        <ErrorNote
          error={syncError}
          {...{ connection, account }}
          onRetry={() => ask({ kind: 'sync', accountId: account.id })}
        >
          {!neverSynced && <p>{t('fresh.stale')}</p>}
        </ErrorNote>
      )}
    </>
  );
}

function AvailabilityLine({ overview: { tiles, availability } }: { overview: AccountOverview }) {
  if (availability === 'not-available') return <p class="hint">{t('phones.not_available')}</p>;
  if (availability !== 'unknown') return null;
  if (tiles.length > 0) return <p class="hint">{t('phones.no_mobile')}</p>;
  return (
    <div class="empty">
      <p>{t('phones.none')}</p>
      <p class="hint">{t('phones.none_help')}</p>
    </div>
  );
}

function StatusLine({ overview, now }: { overview: AccountOverview; now: number }) {
  const { ask, surface } = usePage();
  const { account, isSyncing } = overview;
  if (account.syncedAt === undefined) return null;
  const ago = relativeTime(account.syncedAt, now, language);
  const updated = ago ? t('fresh.updated', { ago }) : t('fresh.now');
  return (
    <footer class="status-line">
      <p>{isSyncing ? t('fresh.updating') : updated}</p>
      {surface === 'popup' && (
        <Button label={t('activity.title')} class="quiet" onClick={() => openSettings('activity')} />
      )}
      {account.session === 'signed-in' && (
        <IconButton
          icon="refresh"
          label={t('fresh.refresh')}
          // A disabled button would lose the focus.
          aria-disabled={isSyncing}
          onClick={() => isSyncing || ask({ kind: 'sync', accountId: account.id })}
        />
      )}
    </footer>
  );
}
