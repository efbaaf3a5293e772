// Texts of the interface in the browser's language (docs/decisions/languages.md).
import { type GeneratedI18nStructure, i18n } from '#i18n';
import { browser } from '../browser.ts';
import type { ErrorKind } from '../model/errors.ts';
import { interfaceLanguage } from './interface-language.ts';

/** Language of dates, numbers and country names. */
export const language = interfaceLanguage(i18n.t('language'), browser.i18n.getUILanguage());

const isRightToLeft = i18n.t('direction') === 'rtl';

type Values = Record<string, string | number>;
const message = i18n.t as (key: string, values?: Values) => string;

export const t = ((key: string, values?: Values) =>
  message(key, values && isRightToLeft ? isolated(values) : values)) as typeof i18n.t;

/** Isolates the direction of inserted values from that of the sentence (UAX #9, FSI and PDI). */
function isolated(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, `\u2068${value}\u2069`]));
}

/** Keys of messages with plural forms. */
type Counted = {
  [Key in keyof GeneratedI18nStructure]: Key extends `${infer Stem}.other` ? Stem : never;
}[keyof GeneratedI18nStructure];
type Names<Stem extends Counted> = GeneratedI18nStructure[`${Stem}.other`]['namedSubstitutions'][number];
type Others<Stem extends Counted> = Record<Exclude<Names<Stem>, 'count'>, string | number>;

/** @returns the message in the plural form for the count */
export function counted<Stem extends Counted>(
  stem: Stem,
  count: number,
  ...[others]: keyof Others<Stem> extends never ? [] : [others: Others<Stem>]
): string {
  const form = new Intl.PluralRules(language).select(count);
  const values = { ...others, count: new Intl.NumberFormat(language).format(count) };
  return (t as typeof message)(`${stem}.${form}`, values);
}

/** Joins sentences, in Japanese and Chinese without a space. */
export function sentences(...all: (string | false | undefined)[]): string {
  return all.filter(Boolean).join(/^(ja|zh)\b/.test(language) ? '' : ' ');
}

type Flat<Text extends string> = Text extends `${infer Head}-${infer Tail}` ? `${Head}_${Flat<Tail>}` : Text;

/** Message keys may not contain hyphens. */
export function flat<Text extends string>(text: Text): Flat<Text> {
  return text.replaceAll('-', '_') as Flat<Text>;
}

export function errorText(kind: ErrorKind): { title: string; help: string } {
  return { title: t(`error.${flat(kind)}.title`), help: t(`error.${flat(kind)}.help`) };
}

export function applyLanguage(root: HTMLElement): void {
  root.lang = language;
  root.dir = t('direction');
}
