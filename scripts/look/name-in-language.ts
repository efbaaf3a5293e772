// What is written in English in scripts/look/states.ts, in the language that a page is in.

/**
 * From an accessible name in English to the same in another language, as a pattern: what is filled in may stand between
 * isolating marks, and `*` in it for anything.
 */
export function namesIn(
  words: ReadonlyMap<string, string>,
  english: ReadonlyMap<string, string>,
): (name: string) => RegExp {
  const messages = [...english].map(([key, message]) => ({
    key,
    pattern: patternOf(message, (name) => `(?<${name}>.+)`),
    own: message.replace(/\{\w+\}/g, '').length,
  }));
  return (name) => {
    const found = messages.flatMap(({ key, pattern, own }) => {
      const match = pattern.exec(name);
      return match ? [{ key, own, filled: match.groups ?? {} }] : [];
    });
    if (found.length === 0) throw new Error(`No message says "${name}".`);
    // Of "{method}: …" and "More: {what}" the one that says more itself is meant; words may be those of several messages.
    const most = Math.max(...found.map(({ own }) => own));
    const meant = found.filter(({ own }) => own === most);
    const patterns = meant.map(({ key, filled }) =>
      patternOf(words.get(key) ?? '', (slot) => {
        const value = RegExp.escape(filled[slot] ?? '*').replaceAll('\\*', '.*');
        return `\\u2068?${value}\\u2069?`;
      }),
    );
    return new RegExp(patterns.map(({ source }) => source).join('|'));
  };
}

/** A message as a pattern of what it can become. @param slotted the pattern in the place of a name in braces */
export function patternOf(message: string, slotted: (name: string) => string): RegExp {
  const parts = message.split(/\{(\w+)\}/);
  // French spaces that do not break are plain ones in an accessible name.
  const own = (part: string) => part.split(/\s/).map(RegExp.escape).join('\\s');
  return new RegExp(`^${parts.map((part, index) => (index % 2 === 0 ? own(part) : slotted(part))).join('')}$`, 'm');
}
