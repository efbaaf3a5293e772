// What every page of ours stands on: the rows as they are now, a way to ask for something, the time. No network, and no
// writing to the database: pages draw what is there and send commands.
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import { computed, type ReadonlySignal, signal, useSignal } from '@preact/signals';
import { type ComponentChildren, createContext, render } from 'preact';
import { useContext, useEffect, useErrorBoundary } from 'preact/hooks';
import { applyLanguage, t } from '../lib/language/words.ts';
import { type Asked, createAsk } from '../lib/messaging/ask.ts';
import type { Command } from '../lib/messaging/commands.ts';
import { sendMessage } from '../lib/messaging/protocol.ts';
import { callWhileVisible } from '../lib/messaging/visible.ts';
import { followVersion } from '../lib/platform/newer-version.ts';
import type { ReceivedPolicy } from '../lib/policy/received.ts';
import type { PolicyValues } from '../lib/policy/rules.ts';
import { follow, isThere, type Live, live } from '../lib/store/live.ts';
import { readTables } from '../lib/store/page-tables.ts';
import { readRows } from '../lib/store/rows.ts';
import type { ReadTables } from '../lib/store/tables.ts';
import { ErrorNote } from './error-note.tsx';
import { NewerVersionNote } from './newer-version-note.tsx';
import type { Known } from './overview.ts';
import { Announced } from './parts.tsx';

export interface Page {
  surface: 'popup' | 'options';
  /** What the organization has set; undefined without managed policy. */
  policy: ReadonlySignal<ReceivedPolicy | undefined>;
  /** Times in words are drawn anew when it changes. */
  now: ReadonlySignal<number>;
  /** @param secret a full number or a code, which is not written down */
  ask(command: Command, secret?: string): string;
  /** Why the last command got lost, if it did. */
  lost: ReadonlySignal<Asked['lost']>;
  /** The person has seen how it ended. */
  dismiss(id: string): void;
}

const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('A component was drawn outside of a page.');
  return page;
}

/** The managed settings that are valid. */
export function usePolicy(): PolicyValues {
  return usePage().policy.value?.values ?? {};
}

/** What only one part of a page needs to know, read anew whenever it changes; undefined until it is there. */
export function useRows<Result>(query: (read: ReadTables) => Promise<Result>, inputs: unknown[]): Result | undefined {
  const rows = useSignal<Live<Result>>(undefined);
  useEffect(() => {
    rows.value = undefined;
    return follow(
      () => query(readTables),
      (answer) => {
        rows.value = answer;
      },
    );
  }, inputs);
  return isThere(rows.value) ? rows.value : undefined;
}

/** How often "2 minutes ago" is looked at. */
const clockMs = 15_000;

/** Draws a page and keeps it true. What it draws may have to wait for its drafts; the rows are read meanwhile. */
export async function startPage(
  surface: Page['surface'],
  content: Promise<(known: Known) => ComponentChildren>,
): Promise<void> {
  applyLanguage(document.documentElement);
  document.title = t('extension.name');
  const root = document.getElementById('app');
  if (!root) throw new Error('The page has no place to draw on.');

  const rows = live(() => readRows(readTables));
  const ids = computed(() => new Set(isThere(rows.value) ? rows.value.journal.map(({ id }) => id) : []));
  const { ask, asked, forget } = createAsk((message) => sendMessage('command', message), ids);
  const version = followVersion();
  const now = signal(Date.now());
  const tick = () => {
    now.value = Date.now();
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
function newest({ journal, accounts, policy }: Known['rows']): number {
  return Math.max(
    0,
    journal[0]?.updatedAt ?? 0,
    policy?.receivedAt ?? 0,
    ...accounts.map(({ syncedAt = 0 }) => syncedAt),
  );
}
