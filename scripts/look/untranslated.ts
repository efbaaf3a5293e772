// Runs in a page in the pseudo-locale and finds text that is neither a message nor data. Self-contained, because its source is
// sent to the page.

/** Names, numbers, ids and times, which are not translated. */
export const dataOnPages =
  'bdi, code, time, blockquote, option, .avatar, .day, [aria-label]:has(> .day), [translate="no"], title, script, style';

export function untranslated({ open, close, data }: Record<'open' | 'close' | 'data', string>): string[] {
  const found: string[] = [];
  const roots: (Document | ShadowRoot)[] = [document];
  // Accessible names that are data.
  const names = new Set([...document.querySelectorAll('bdi')].map((each) => each.textContent));
  for (const root of roots) {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) roots.push(element.shadowRoot);
      if (element.matches(data)) continue;
      for (const name of ['aria-label', 'aria-description', 'title', 'placeholder', 'alt']) {
        const value = element.getAttribute(name);
        const isMessage = value?.startsWith(open) && value.endsWith(close);
        const isAddress = value?.includes('://') && !/\s/.test(value);
        if (value && /\p{L}/u.test(value) && !isMessage && !isAddress && !names.has(value)) {
          found.push(`${name}="${value}"`);
        }
      }
    }
    // A message may consist of several text nodes.
    let depth = 0;
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      let outside = '';
      for (const character of node.nodeValue ?? '') {
        if (character === open) depth++;
        else if (character === close) depth--;
        else if (depth === 0) outside += character;
      }
      if (/\p{L}/u.test(outside) && !node.parentElement?.closest(data)) found.push(outside.trim());
    }
  }
  return found;
}
