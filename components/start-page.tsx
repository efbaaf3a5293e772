// How a page of ours comes to life: the rows as they are now, followed, and drawn by what the page is for.
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import { computed, signal } from '@preact/signals';
import { type ComponentChildren, render } from 'preact';
import { useEffect, useErrorBoundary } from 'preact/hooks';
import { applyLanguage, t } from '../lib/shared/language/translate.ts';
import { sendMessage } from '../lib/shared/messages/protocol.ts';
import { readRows } from '../lib/shared/tables/page-rows.ts';
import { createAsk } from './data/ask.ts';
import { callWhileVisible } from './data/keep-awake.ts';
import { isThere, live } from './data/live.ts';
import { followVersion } from './data/newer-version.ts';
import { readTables } from './data/page-tables.ts';
import { Announced } from './elements/parts.tsx';
import { ErrorNote } from './notes/error-note.tsx';
import { NewerVersionNote } from './notes/newer-version-note.tsx';
import { type Page, PageContext } from './page.ts';
import type { PageState } from './view-model/progress.ts';

/** How often "2 minutes ago" is looked at. */
const clockMs = 15_000;
/** Words about times are off by more between two looks at the clock. */
const momentMs = 1_000;

/** Draws a page and keeps it true. What it draws may have to wait for its drafts; the rows are read meanwhile. */
export async function startPage(
  surface: Page['surface'],
  content: Promise<(pageState: PageState) => ComponentChildren>,
): Promise<void> {
  applyLanguage(document.documentElement);
  document.title = t('extension.name');
  const root = document.getElementById('app');
  if (!root) throw new Error('The page has no place to draw on.');

  const rows = live(() => readRows(readTables));
  const ids = computed(() => new Set(isThere(rows.value) ? rows.value.outbox.map(({ id }) => id) : []));
  const { ask, asked, forget } = createAsk((message) => sendMessage('command', message), ids);
  const version = followVersion();
  const now = signal(Date.now());
  const tick = () => {
    const time = Date.now();
    // All of the page is drawn anew by it: not for what was drawn a moment ago. The clock may have been put back.
    if (Math.abs(time - now.peek()) >= momentMs) now.value = time;
  };
  setInterval(tick, clockMs);
  callWhileVisible(rows, () => {
    tick();
    // Nobody there to hear it: the next call tries again.
    sendMessage('visible').catch(() => {});
  });

  const page: Page = {
    surface,
    policy: computed(() => (isThere(rows.value) ? rows.value.policy : undefined)),
    now,
    ask,
    lost: computed(() => asked.value.find(({ lost }) => lost)?.lost ?? false),
    dismiss(id) {
      forget(id);
      sendMessage('dismiss', { id }).catch(() => {});
    },
  };

  const draw = await content;
  const Content = () => {
    // Rows that no component can do anything with: the background takes them out.
    const [failure, drawAgain] = useErrorBoundary(() => void sendMessage('undrawable').catch(() => {}));
    const current = rows.value;
    useEffect(() => {
      if (failure) drawAgain();
    }, [current]);
    if (current === undefined) return null;
    if (failure || !isThere(current)) {
      return (
        <main>
          <Announced>
            <ErrorNote error={{ kind: isThere(current) ? 'storage-damaged' : current, at: now.value }} />
          </Announced>
        </main>
      );
    }
    return (
      <>
        <NewerVersionNote version={version.value} />
        {draw({ rows: current, asked: asked.value, now: Math.max(now.value, newest(current)) })}
      </>
    );
  };
  render(
    <PageContext.Provider value={page}>
      <Content />
    </PageContext.Provider>,
    root,
  );
}

/** The page's clock stands still between two ticks, and must not lie behind what was just written. */
function newest({ outbox, accounts, policy }: PageState['rows']): number {
  return Math.max(
    0,
    outbox[0]?.updatedAt ?? 0,
    policy?.receivedAt ?? 0,
    ...accounts.map(({ syncedAt = 0 }) => syncedAt),
  );
}
