// Bootstraps the popup and the options page.
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import { computed, signal } from '@preact/signals';
import { type ComponentChildren, render } from 'preact';
import { useEffect, useErrorBoundary } from 'preact/hooks';
import { applyLanguage, t } from '../lib/shared/language/translate.ts';
import { type StorageStatus, sendMessage } from '../lib/shared/messages/protocol.ts';
import { clouds } from '../lib/shared/model/clouds.ts';
import { readRows } from '../lib/shared/tables/page-rows.ts';
import { createAsk } from './data/ask.ts';
import { callWhileVisible } from './data/keep-awake.ts';
import { isLoaded, liveQuery } from './data/live-query.ts';
import { liveLog, log, logUncaughtErrors } from './data/log.ts';
import { newerVersion } from './data/newer-version.ts';
import { readTables } from './data/read-tables.ts';
import { NewerVersionNote } from './notes/newer-version-note.tsx';
import { StorageNote } from './notes/storage-note.tsx';
import { type Page, PageContext } from './page.ts';
import { withNames } from './view-model/accounts.ts';
import type { PageState } from './view-model/progress.ts';

/** How often texts such as "2 minutes ago" are updated. */
const clockMs = 15_000;
/** A smaller change of the clock does not render the page again. */
const clockStepMs = 1_000;

/** @param content resolves when the drafts are read; the rows are read meanwhile */
export async function startPage(
  surface: Page['surface'],
  content: Promise<(pageState: PageState) => ComponentChildren>,
): Promise<void> {
  logUncaughtErrors();
  applyLanguage(document.documentElement);
  document.title = t('extension.name');
  const root = document.getElementById('app');
  if (!root) throw new Error('The page has no element to render into.');

  const rows = liveQuery(async () => withNames(await readRows(readTables), t('account.unnamed')));
  const acceptedIds = computed(() => new Set(isLoaded(rows.value) ? commandIdsOf(rows.value) : []));
  const { ask, asked, forget } = createAsk(sendMessage, acceptedIds);
  const version = newerVersion();
  const storageStatus = signal<StorageStatus>({ isAvailable: true });
  const renderProblem = signal<'storage-damaged' | 'internal-error'>('storage-damaged');
  const now = signal(Date.now());
  const tick = () => {
    const time = Date.now();
    if (Math.abs(time - now.peek()) >= clockStepMs) now.value = time;
  };
  setInterval(tick, clockMs);
  callWhileVisible(rows, () => {
    tick();
    sendMessage('visible').then(
      (status) => (storageStatus.value = status),
      (error) => log('The service worker did not answer a visible page.', error),
    );
  });

  const page: Page = {
    surface,
    policy: computed(() => (isLoaded(rows.value) ? rows.value.policy : undefined)),
    now,
    log: liveLog(),
    ask,
    lost: computed(() => asked.value.find(({ lost }) => lost)?.lost ?? false),
    dismiss(id) {
      forget(id);
      sendMessage('dismiss', { id }).catch((error) => log('The service worker did not dismiss a row.', error));
    },
  };

  const renderContent = await content;
  const Content = () => {
    const [failure, renderAgain] = useErrorBoundary((error) => {
      log('The page could not be rendered.', error);
      sendMessage('repair').then(
        (isRepaired) => (renderProblem.value = isRepaired ? 'storage-damaged' : 'internal-error'),
        (reason) => log('The database could not be repaired.', reason),
      );
    });
    const current = rows.value;
    useEffect(() => {
      if (failure) renderAgain();
    }, [current]);
    if (isLoaded(current) && !failure) {
      return (
        <>
          <NewerVersionNote version={version.value} />
          {renderContent({ rows: current, asked: asked.value, now: Math.max(now.value, latestTime(current)) })}
        </>
      );
    }
    const status = storageStatus.value;
    const accountPage = status.isAvailable ? clouds.global.securityInfo : status.accountPage;
    if (isLoaded(current)) return <StorageNote kind={renderProblem.value} accountPage={accountPage} />;
    const problem = status.isAvailable ? current : 'storage-unavailable';
    return problem && <StorageNote kind={problem} accountPage={accountPage} />;
  };
  render(
    <PageContext.Provider value={page}>
      <Content />
    </PageContext.Provider>,
    root,
  );
}

/** The page's clock stands still between two ticks; a row may have been written since. */
function latestTime({ outbox, verifications, accounts, policy }: PageState['rows']): number {
  return Math.max(
    0,
    outbox[0]?.updatedAt ?? 0,
    ...verifications.map(({ updatedAt }) => updatedAt),
    policy?.receivedAt ?? 0,
    ...accounts.map(({ syncedAt = 0 }) => syncedAt),
  );
}

function commandIdsOf({ outbox, verifications }: PageState['rows']): string[] {
  return [...outbox.map(({ id }) => id), ...verifications.flatMap(({ commandIds }) => commandIds)];
}
