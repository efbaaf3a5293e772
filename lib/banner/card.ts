// The banner as a person sees it: a card in a closed shadow root. The page can take it away, but can neither read nor
// restyle it: the host has no box of its own, and inside a root `!important` is stronger than outside (CSS Scoping §3.3.1).
import type { BannerAct, BannerContent } from '../shared/messages/banner-messages.ts';

const styles = `
:host { all: initial !important; display: contents !important }
section { position: fixed; z-index: 2147483647; inset-inline-end: 12px; bottom: 12px; box-sizing: border-box;
  width: 360px; max-width: calc(100vw - 24px); max-height: calc(100vh - 24px); overflow: auto; padding: 16px;
  font: 14px/1.45 system-ui, sans-serif; overflow-wrap: anywhere; color-scheme: light dark; text-align: start;
  color: light-dark(#17211f, #eef3f2); background: light-dark(#fff, #252929);
  border: 1px solid light-dark(#d5dddb, #3b4341); border-inline-start: 4px solid light-dark(#0b6b5b, #67d3bf);
  border-radius: 10px; box-shadow: 0 8px 32px rgb(0 0 0 / 24%) }
section.top { bottom: auto; top: 12px }
section:focus { outline: none }
p { margin: 0 } p + p { margin-top: 4px; color: light-dark(#52605d, #aab6b3) }
.label { font-size: 12px; color: light-dark(#52605d, #aab6b3) } p.title { font-weight: 600; color: inherit }
.failed { border-inline-start-color: light-dark(#a8261f, #ff9a91) }
div { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 12px } div:empty { display: none }
button { font: inherit; min-height: 34px; padding: 4px 12px; cursor: pointer; border-radius: 6px; color: inherit;
  background: none; border: 1px solid light-dark(#7c8a87, #7f8d8a) }
button:first-child:not(:only-child) { font-weight: 600; color: light-dark(#fff, #06251f); background: light-dark(#0b6b5b, #67d3bf);
  border-color: transparent }
button:focus-visible { outline: 3px solid light-dark(#0b6b5b, #67d3bf); outline-offset: 2px }
@media print { section { display: none } }`;

/** All that a person does with the card, before any listener of the page: it can neither see nor stop it. */
const gestures = ['pointer', 'mouse'].flatMap((kind) => ['down', 'up', 'over', 'out', 'move'].map((end) => kind + end));
const events = [...gestures, 'click', 'auxclick', 'contextmenu', 'dblclick', 'keydown', 'keypress', 'keyup', 'wheel'];
const focusEvents = ['focusin', 'focusout', 'focus', 'blur'];
const touches = ['touchstart', 'touchend', 'touchmove'];

const edgeGap = 12;

/** Inside the closed root, where the page does not see it: by this the next version finds what is left of this one. */
const cardId = 'phone-sign-in-banner';

/**
 * Firefox ends the script of a version that is replaced, and leaves what it has drawn, which hears nothing any more. Chromium
 * lets it go on, and it ends itself.
 */
export function removeLeftOver(): void {
  for (const host of document.querySelectorAll<HTMLElement & { openOrClosedShadowRoot?: ShadowRoot }>('html > div')) {
    if (host.openOrClosedShadowRoot?.getElementById(cardId)) host.remove();
  }
}

export function createCard(onAct: (act: BannerAct) => void, signal: AbortSignal) {
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'closed' });
  const card = document.createElement('section');
  let drawn = '';
  let before: Element | null = null;

  const style = document.createElement('style');
  style.textContent = styles;
  root.append(style, card);
  card.id = cardId;
  card.tabIndex = -1;

  const hear = (event: Event) => {
    if (event.target !== host || !event.isTrusted) return;
    event.stopImmediatePropagation();
    if (event.type !== 'click') return;
    const { detail, clientX, clientY } = event as MouseEvent;
    // By keyboard or assistive technology: no place, but the focus.
    const hit = detail === 0 ? root.activeElement : root.elementFromPoint(clientX, clientY);
    const act = (hit?.closest('button') as HTMLButtonElement | null | undefined)?.value;
    if (act) onAct(act as BannerAct);
  };
  for (const type of [...events, ...focusEvents, ...touches]) {
    window.addEventListener(type, hear, { capture: true, passive: true, signal });
  }
  window.addEventListener('focusin', () => keepClear(), { capture: true, signal });

  function draw(content: BannerContent): void {
    const given = JSON.stringify(content);
    if (given !== drawn) {
      const hadFocus = root.activeElement !== null;
      drawn = given;
      card.lang = content.language;
      card.dir = content.direction;
      card.ariaLabel = content.label;
      card.classList.toggle('failed', content.phase === 'failed');
      const words = make('div', '');
      words.style.display = 'block';
      words.style.margin = '0';
      words.role = 'status';
      // Whose words these are: not the page's.
      words.append(make('p', content.label, 'label'), make('p', content.title, 'title'));
      if (content.help) words.append(make('p', content.help));
      const buttons = make('div', '');
      for (const { act, text } of content.buttons) {
        const button = make('button', text) as HTMLButtonElement;
        button.type = 'button';
        button.value = act;
        buttons.append(button);
      }
      card.replaceChildren(words, buttons);
      // The button that was used is gone; the person stays where they were.
      if (hadFocus) card.focus({ preventScroll: true });
    }
    if (!isThere()) document.documentElement.append(host);
    keepClear();
  }

  /** In its own place: wrapped into something else it would move, fade and turn with that. */
  function isThere(): boolean {
    return host.parentNode === document.documentElement;
  }

  /** What has the focus is never covered: the card moves to the other edge, where it covers less. */
  function keepClear(): void {
    const focused = document.activeElement;
    if (!host.isConnected || !focused || focused === host || focused === document.body) return;
    before = focused;
    const { left, right, top, bottom } = focused.getBoundingClientRect();
    const own = card.getBoundingClientRect();
    if (right <= own.left || left >= own.right) return;
    const covers = (from: number) => bottom > from && top < from + own.height;
    const atTop = covers(innerHeight - edgeGap - own.height) && !covers(edgeGap);
    if (covers(own.top)) card.classList.toggle('top', atTop);
  }

  return {
    draw,
    isThere,
    remove(): void {
      const hadFocus = root.activeElement !== null;
      host.remove();
      drawn = '';
      if (hadFocus && before instanceof HTMLElement) before.focus({ preventScroll: true });
    },
  };
}

function make(tag: string, text: string, className?: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) element.className = className;
  return element;
}
