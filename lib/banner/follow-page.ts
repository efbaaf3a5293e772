// The banner's life on one page: asks what there is to show, follows in-page navigation and how the offer gets on, and ends
// itself when there is nothing any more. By a timer, since events of the page are the page's to stop.
import {
  type BannerAct,
  type BannerAnswer,
  type BannerContent,
  type BannerMessage,
  bannerRefreshMessage,
} from '../shared/messages/banner-messages.ts';
import { createCard, removeLeftOver } from './card.ts';

/** The browser's own, in this world the page has no part in: the polyfill would be more than all the rest. */
declare const chrome: {
  runtime: {
    sendMessage(message: object): Promise<{ res?: BannerAnswer; err?: object } | undefined>;
    /** Gone once the extension was updated or removed. */
    id?: string;
    onMessage: Record<'addListener' | 'removeListener', (listener: Listener) => void>;
  };
};
type Listener = (message: unknown, sender: unknown, answer: (heard: true) => void) => void;

const lookMs = 400;
const workingMs = 2_000;
const doneMs = 20_000;
/** A page that takes the banner away more often than this has the last word. */
const returns = 3;
/** How often a question that got no answer is asked again. */
const repeats = 3;

/** In this script's own world, where the page cannot look. A symbol: names are the page's to give to its elements. */
const mark = Symbol.for('banner');

export function followPage(): void {
  const world = globalThis as unknown as Record<symbol, boolean>;
  if (window.top !== window || world[mark]) return;
  world[mark] = true;
  removeLeftOver();

  const life = new AbortController();
  const card = createCard(act, life.signal);
  let content: BannerContent | undefined;
  /** What the banner is about, also while the person is on a page it is not on. */
  let about: BannerContent['about'] | undefined;
  let address = '';
  let askedAt = 0;
  let shownSince = 0;
  let left = returns;
  let isDrawn = false;
  let unanswered = 0;

  const listener: Listener = (message, _sender, answer) => {
    if (message !== bannerRefreshMessage) return;
    answer(true);
    void ask();
  };
  chrome.runtime.onMessage.addListener(listener);
  const timer = setInterval(look, lookMs);
  look();

  function look(): void {
    if (!chrome.runtime?.id) {
      end();
      return;
    }
    if (location.href !== address) {
      address = location.href;
      // An offer is made anew: the page may be another person's now.
      if (content?.phase === 'offer') about = undefined;
      void ask();
    }
    const now = Date.now();
    const isFollowing = content?.phase === 'working' || (unanswered > 0 && unanswered <= repeats);
    if (isFollowing && now - askedAt > workingMs && !document.hidden) void ask();
    if (content?.phase === 'done' && now - shownSince > doneMs) end();
    else show();
  }

  function show(): void {
    if (!content) {
      if (isDrawn) card.remove();
      isDrawn = false;
    } else if (document.body) {
      if (isDrawn && !card.isThere() && left-- <= 0) {
        end();
        return;
      }
      isDrawn = true;
      card.draw(content);
    }
  }

  async function ask(): Promise<void> {
    askedAt = Date.now();
    const asked = location.href;
    const tenant = tenantOf(location.search);
    const answer = await say({
      say: 'shown',
      path: location.pathname.slice(0, 1_000),
      ...(tenant ? { tenant: tenant.slice(0, 253) } : {}),
      ...(about ? { about } : {}),
    });
    // Gone on meanwhile: that page is asked about by itself.
    if (location.href === asked) take(answer);
  }

  function take(answer: BannerAnswer | 'unanswered'): void {
    if (life.signal.aborted) return;
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

  /** In the form of the one protocol there is (lib/shared/messages/protocol.ts), whose own code would be half of this script. */
  async function say(data: BannerMessage): Promise<BannerAnswer | 'unanswered'> {
    try {
      const answer = await chrome.runtime.sendMessage({ id: 0, type: 'banner', data, timestamp: Date.now() });
      return answer && !answer.err ? answer.res : 'unanswered';
    } catch {
      return 'unanswered';
    }
  }

  function act(chosen: BannerAct): void {
    if (!content) return;
    const shown = content.about;
    if (chosen !== 'close') void say({ say: chosen, about: shown }).then((answer) => chosen === 'open' && take(answer));
    if (chosen !== 'open') end();
  }

  function end(): void {
    if (life.signal.aborted) return;
    life.abort();
    clearInterval(timer);
    card.remove();
    if (chrome.runtime?.id) chrome.runtime.onMessage.removeListener(listener);
    delete world[mark];
  }
}

/** The tenant a page is about, where its address says so: a GUID or a domain. */
function tenantOf(search: string): string | undefined {
  const query = new URLSearchParams(search);
  return query.get('tenantId') || query.get('tenant') || undefined;
}
