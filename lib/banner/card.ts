// The visible banner: a card in a closed shadow root. The page can remove it but cannot read or restyle it, because
// `!important` inside a shadow root overrides the page's styles (CSS Scoping §3.3.1).
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

/** Events that are captured before the page's listeners. */
const events = `
  pointerdown pointerup pointerover pointerout pointermove mousedown mouseup mouseover mouseout mousemove click auxclick
  contextmenu dblclick keydown keypress keyup wheel focusin focusout focus blur touchstart touchend touchmove`;

const edgeGap = 12;

/** Inside the closed root, where only extensions can find it. */
const cardId = 'phone-sign-in-banner';

/** After an update, Firefox stops the old content script but leaves its banner in the page. */
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
  let previousFocus: Element | null = null;

  const style = document.createElement('style');
  style.textContent = styles;
  root.append(style, card);
  card.id = cardId;
  card.tabIndex = -1;

  const onEvent = (event: Event) => {
    if (event.target !== host || !event.isTrusted) return;
    event.stopImmediatePropagation();
    if (event.type !== 'click') return;
    const { detail, clientX, clientY } = event as MouseEvent;
    // Clicks by keyboard or assistive technology have no coordinates.
    const target = detail === 0 ? root.activeElement : root.elementFromPoint(clientX, clientY);
    const act = (target?.closest('button') as HTMLButtonElement | null | undefined)?.value;
    if (act) onAct(act as BannerAct);
  };
  for (const type of events.trim().split(/\s+/)) {
    window.addEventListener(type, onEvent, { capture: true, passive: true, signal });
  }
  window.addEventListener('focusin', () => avoidFocus(), { capture: true, signal });

  function draw(content: BannerContent): void {
    const serialized = JSON.stringify(content);
    if (serialized !== drawn) {
      const hadFocus = root.activeElement !== null;
      drawn = serialized;
      card.lang = content.language;
      card.dir = content.direction;
      card.ariaLabel = content.label;
      card.classList.toggle('failed', content.phase === 'failed');
      const text = make('div', '');
      text.style.display = 'block';
      text.style.margin = '0';
      text.role = 'status';
      text.append(make('p', content.label, 'label'), make('p', content.title, 'title'));
      if (content.help) text.append(make('p', content.help));
      const buttons = make('div', '');
      for (const { act, text: label } of content.buttons) {
        const button = make('button', label) as HTMLButtonElement;
        button.type = 'button';
        button.value = act;
        buttons.append(button);
      }
      card.replaceChildren(text, buttons);
      // The focused button was replaced.
      if (hadFocus) card.focus({ preventScroll: true });
    }
    if (!isInPage()) document.documentElement.append(host);
    avoidFocus();
  }

  /** False inside another element, whose styles would affect the card. */
  function isInPage(): boolean {
    return host.parentNode === document.documentElement;
  }

  /** Moves the card to the other edge if it would cover the focused element. */
  function avoidFocus(): void {
    const focused = document.activeElement;
    if (!host.isConnected || !focused || focused === host || focused === document.body) return;
    previousFocus = focused;
    const { left, right, top, bottom } = focused.getBoundingClientRect();
    const box = card.getBoundingClientRect();
    if (right <= box.left || left >= box.right) return;
    const covers = (from: number) => bottom > from && top < from + box.height;
    const atTop = covers(innerHeight - edgeGap - box.height) && !covers(edgeGap);
    if (covers(box.top)) card.classList.toggle('top', atTop);
  }

  return {
    draw,
    isInPage,
    remove(): void {
      const hadFocus = root.activeElement !== null;
      host.remove();
      drawn = '';
      if (hadFocus && previousFocus instanceof HTMLElement) previousFocus.focus({ preventScroll: true });
    },
  };
}

function make(tag: string, text: string, className?: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) element.className = className;
  return element;
}
