// The words of the interface, in the browser's language. docs/decisions/languages.md says what form they have and why.
import { type GeneratedI18nStructure, i18n } from '#i18n';
import { browser } from '../browser.ts';
import type { ErrorKind } from '../model/errors.ts';
import { interfaceLanguage } from './interface-language.ts';

/** Dates, numbers and names of countries are written in it. */
export const language = interfaceLanguage(i18n.t('language'), browser.i18n.getUILanguage());

const isRightToLeft = i18n.t('direction') === 'rtl';

type Filled = Record<string, string | number>;
const message = i18n.t as (key: string, filled?: Filled) => string;

/** A whole sentence of the locale. */
export const t = ((key: string, filled?: Filled) =>
  message(key, filled && isRightToLeft ? isolated(filled) : filled)) as typeof i18n.t;

/** Numbers and addresses in a right-to-left sentence keep their own order, and leave the sentence its own (UAX #9, FSI and PDI). */
function isolated(filled: Filled): Filled {
  return Object.fromEntries(Object.entries(filled).map(([name, value]) => [name, `\u2068${value}\u2069`]));
}

/** Messages of which there is one for each plural form of the language. */
type Counted = {
  [Key in keyof GeneratedI18nStructure]: Key extends `${infer Stem}.other` ? Stem : never;
}[keyof GeneratedI18nStructure];
type Names<Stem extends Counted> = GeneratedI18nStructure[`${Stem}.other`]['namedSubstitutions'][number];
type Others<Stem extends Counted> = Record<Exclude<Names<Stem>, 'count'>, string | number>;

/** A sentence about a count, in the form which the language has for it: a locale may leave the `{count}` out of "one". */
export function counted<Stem extends Counted>(
  stem: Stem,
  count: number,
  ...[others]: keyof Others<Stem> extends never ? [] : [others: Others<Stem>]
): string {
  const form = new Intl.PluralRules(language).select(count);
  const filled = { ...others, count: new Intl.NumberFormat(language).format(count) };
  return (t as typeof message)(`${stem}.${form}`, filled);
}

/** Sentences one after the other. In Japanese and Chinese the full stop brings the room behind it. */
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

/** Says the page's language and direction to the browser and to assistive technology. */
export function applyLanguage(root: HTMLElement): void {
  root.lang = language;
  root.dir = t('direction');
}
