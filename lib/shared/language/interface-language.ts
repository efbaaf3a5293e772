/**
 * The language of dates and numbers: the browser's variant of the locale's language, such as en-GB for en, else the locale.
 * Digits are always Western, as in phone numbers and codes.
 */
export function interfaceLanguage(locale: string, browserLanguage: string): string {
  const { language, region } = new Intl.Locale(locale);
  const isVariant = region === undefined && language === new Intl.Locale(browserLanguage).language;
  const chosen = isVariant ? browserLanguage : locale;
  const { numberingSystem } = new Intl.NumberFormat(chosen).resolvedOptions();
  return numberingSystem === 'latn' ? chosen : new Intl.Locale(chosen, { numberingSystem: 'latn' }).toString();
}
