// English in a pseudo-language: two fifths longer, with accents and in brackets. Text without brackets is in no message,
// and clipped text would be clipped in long languages, too.

const marked: Record<string, string> = {
  ...{ a: 'á', c: 'ç', e: 'é', g: 'ğ', i: 'î', l: 'ļ', n: 'ñ', o: 'ö', r: 'ŕ', s: 'š', t: 'ţ', u: 'ü', y: 'ý', z: 'ž' },
  ...{ A: 'Å', C: 'Ç', E: 'É', G: 'Ğ', I: 'Î', L: 'Ļ', N: 'Ñ', O: 'Ö', R: 'Ŕ', S: 'Š', T: 'Ţ', U: 'Û', Y: 'Ý', Z: 'Ž' },
};
const further = ['öñé', 'ţŵö', 'ţĥŕéé', 'ƒöüŕ', 'ƒîṽé', 'šîx', 'šéṽéñ', 'éîğĥţ', 'ñîñé', 'ţéñ'];

export const brackets = { open: '⟦', close: '⟧' } as const;

/** @param words English messages by key */
export function pseudoLocale(words: ReadonlyMap<string, string>): Map<string, string> {
  // This language tag belongs to no language; Intl then formats in English.
  const itself = new Map([
    ['language', 'en-XA'],
    ['direction', 'ltr'],
  ]);
  return new Map([...words].map(([key, message]) => [key, itself.get(key) ?? pseudo(message)]));
}

function pseudo(message: string): string {
  const text = message
    .split(/(\{\w+\})/)
    .map((part, index) => (index % 2 === 0 ? part.replace(/[a-z]/gi, (letter) => marked[letter] ?? letter) : part))
    .join('');
  let more = '';
  for (let index = 0; more.length < message.length * 0.4; index++) more += ` ${further[index % further.length]}`;
  return `${brackets.open}${text}${more}${brackets.close}`;
}
