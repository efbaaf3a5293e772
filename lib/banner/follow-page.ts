// Shows the banner on one page. Uses a timer, because a page can stop events.
import {
  type BannerAct,
  type BannerAnswer,
  type BannerContent,
  type BannerMessage,
  bannerRefreshMessage,
} from '../shared/messages/banner-messages.ts';
import { createCard, removeLeftOver } from './card.ts';

/** The native API, because the polyfill is larger than this script. */
declare const chrome: {
  runtime: {
    sendMessage(message: object): Promise<{ res?: BannerAnswer; err?: object } | undefined>;
    /** undefined after the extension was updated or removed. */
    id?: string;
    onMessage: Record<'addListener' | 'removeListener', (listener: Listener) => void>;
  };
};
type Listener = (message: unknown, sender: unknown, respond: (isReceived: true) => void) => void;

const pollMs = 400;
const workingPollMs = 2_000;
const doneMs = 20_000;
/** How often the banner is inserted again after the page removed it. */
const maxReinsertions = 3;
const maxRetries = 3;

/** Marks the isolated world of this script. A symbol, because page elements can define names. */
const mark = Symbol.for('banner');

export function followPage(): void {
  const world = globalThis as unknown as Record<symbol, boolean>;
  if (window.top !== window || world[mark]) return;
  world[mark] = true;
  removeLeftOver();

  const lifetime = new AbortController();
  const card = createCard(act, lifetime.signal);
  let content: BannerContent | undefined;
  /** The number of the banner, kept while the user visits a page without the banner. */
  let about: BannerContent['about'] | undefined;
  let address = '';
  let requestedAt = 0;
  let shownSince = 0;
  let reinsertionsLeft = maxReinsertions;
  let isDrawn = false;
  let unanswered = 0;

  const listener: Listener = (message, _sender, respond) => {
    if (message !== bannerRefreshMessage) return;
    respond(true);
    void refresh();
  };
  chrome.runtime.onMessage.addListener(listener);
  const timer = setInterval(poll, pollMs);
  poll();

  function poll(): void {
    if (!chrome.runtime?.id) {
      end();
      return;
    }
    if (location.href !== address) {
      address = location.href;
      // The new page may belong to another user.
      if (content?.phase === 'offer') about = undefined;
      void refresh();
    }
    const now = Date.now();
    const isPending = content?.phase === 'working' || (unanswered > 0 && unanswered <= maxRetries);
    if (isPending && now - requestedAt > workingPollMs && !document.hidden) void refresh();
    if (content?.phase === 'done' && now - shownSince > doneMs) end();
    else show();
  }

  function show(): void {
    if (!content) {
      if (isDrawn) card.remove();
      isDrawn = false;
    } else if (document.body) {
      if (isDrawn && !card.isInPage() && reinsertionsLeft-- <= 0) {
        end();
        return;
      }
      isDrawn = true;
      card.draw(content);
    }
  }

  async function refresh(): Promise<void> {
    requestedAt = Date.now();
    const requestedFor = location.href;
    const tenant = tenantOf(location.search);
    const answer = await send({
      say: 'shown',
      path: location.pathname.slice(0, 1_000),
      ...(tenant ? { tenant: tenant.slice(0, 253) } : {}),
      ...(about ? { about } : {}),
    });
    if (location.href === requestedFor) apply(answer);
  }

  function apply(answer: BannerAnswer | 'unanswered'): void {
    if (lifetime.signal.aborted) return;
    unanswered = answer === 'unanswered' ? unanswered + 1 : 0;
    if (answer === 'unanswered') return;
    if (!answer) {
      end();
      return;
    }
    const next = answer === 'not-here' ? undefined : answer;
    if (next && next.phase !== content?.phase) shownSince = Date.now();
    content = next;
    if (next) about = next.about;
    show();
  }

  /** Uses the format of lib/shared/messages/protocol.ts without its library, which would double the size of this script. */
  async function send(data: BannerMessage): Promise<BannerAnswer | 'unanswered'> {
    try {
      const answer = await chrome.runtime.sendMessage({ id: 0, type: 'banner', data, timestamp: Date.now() });
      return answer && !answer.err ? answer.res : 'unanswered';
    } catch {
      // The next poll sends the message again.
      return 'unanswered';
    }
  }

  function act(action: BannerAct): void {
    if (!content) return;
    if (action !== 'close') {
      void send({ say: action, about: content.about }).then((answer) => action === 'open' && apply(answer));
    }
    if (action !== 'open') end();
  }

  function end(): void {
    if (lifetime.signal.aborted) return;
    lifetime.abort();
    clearInterval(timer);
    card.remove();
    if (chrome.runtime?.id) chrome.runtime.onMessage.removeListener(listener);
    delete world[mark];
  }
}

/** @returns the GUID or domain in the page's address */
function tenantOf(search: string): string | undefined {
  const query = new URLSearchParams(search);
  return query.get('tenantId') || query.get('tenant') || undefined;
}
