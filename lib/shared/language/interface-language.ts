// The language of dates and numbers beside our words: as the browser's people write them, where our words are in their language.

/**
 * The browser's own variant of the language the words are in ("en-GB", where the words are "en"), else the language of the
 * words: a German date in an English sentence helps nobody. Digits are the ones of phone numbers and codes in every language,
 * since those are typed as they are read.
 *
 * @param ofWords what the locale says of itself, BCP 47
 */
export function interfaceLanguage(ofWords: string, ofBrowser: string): string {
  const words = new Intl.Locale(ofWords);
  const isVariant = words.region === undefined && words.language === new Intl.Locale(ofBrowser).language;
  const chosen = isVariant ? ofBrowser : ofWords;
  const { numberingSystem } = new Intl.NumberFormat(chosen).resolvedOptions();
  return numberingSystem === 'latn' ? chosen : new Intl.Locale(chosen, { numberingSystem: 'latn' }).toString();
}
