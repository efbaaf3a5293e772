// The extension's words in another language than English, as patterns: what is filled in may stand between isolating marks.
import { readLocale } from '../locales.ts';
import { patternOf } from '../look/name-in-language.ts';

/** By key and what is filled in; anything may stand where nothing is given. */
type Say = (key: string, filled?: Record<string, string>) => RegExp;

export async function wordsOf(locale: string): Promise<Say> {
  const words = await readLocale(locale);
  return (key, filled = {}) => {
    const message = words.get(key);
    if (message === undefined) throw new Error(`${locale} has no words for ${key}.`);
    return patternOf(message, (name) => {
      const value = filled[name];
      return value === undefined ? '.+' : `\\u2068?${RegExp.escape(value)}\\u2069?`;
    });
  };
}
