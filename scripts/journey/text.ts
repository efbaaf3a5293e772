// Interface text by message key, so that new wording changes no test.
import type { GeneratedI18nStructure } from '#i18n';
import { readLocale } from '../locales.ts';

type Structure = Pick<GeneratedI18nStructure, Exclude<keyof GeneratedI18nStructure, `@@${string}`>>;
export type MessageKey = keyof Structure;
type Names<Key extends MessageKey> = Structure[Key] extends { namedSubstitutions: infer All extends string[] }
  ? All[number]
  : never;
export type Values<Key extends MessageKey> = Record<Names<Key>, string>;
/** Messages with one text for each plural form. */
type Counted = { [Key in MessageKey]: Key extends `${infer Stem}.other` ? Stem : never }[MessageKey];

const english = await readLocale('en');

/** The message in English. */
export function text<Key extends MessageKey>(
  key: Key,
  ...[values]: Names<Key> extends never ? [] : [values: Values<Key>]
): string {
  return filled(key, values ?? {});
}

/** The same for a key that is not known at compile time. */
export function filled(key: string, values: Partial<Record<string, string>>): string {
  const message = messageOf(english, key);
  return message.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`“${message}” has no value for ${name}.`);
    return value;
  });
}

export function counted<Stem extends Counted>(
  stem: Stem,
  count: number,
  others: Partial<Record<string, string>> = {},
): string {
  const form = new Intl.PluralRules('en').select(count);
  return filled(`${stem}.${form}`, { ...others, count: String(count) });
}

/**
 * Finds the message in a text. Any text may stand for a value that is not given.
 * @param values `*` in a value stands for any text
 */
export function pattern<Key extends MessageKey>(key: Key, values: Partial<Values<Key>> = {}): RegExp {
  return new RegExp(sourceOf(messageOf(english, key), values));
}

/** The same at the start of an accessible name. */
export function startingWith<Key extends MessageKey>(key: Key, values: Partial<Values<Key>> = {}): RegExp {
  return new RegExp(`^${pattern(key, values).source}`);
}

/** Finds a value behind its label; browsers put a space, a tab or a line break between them. */
export function labelled(label: string, value: string): RegExp {
  return new RegExp(`${RegExp.escape(label)}\\s+${RegExp.escape(value)}`);
}

/** Finds one of the texts. */
export function oneOf(...texts: string[]): RegExp {
  return new RegExp(texts.map(RegExp.escape).join('|'));
}

/** Finds all of the texts, one after the other. */
export function inOrder(...texts: string[]): RegExp {
  return new RegExp(texts.map(RegExp.escape).join('[\\s\\S]+'));
}

/** Whole messages in another language; values may stand between isolating marks. */
export async function messagesIn(
  locale: string,
): Promise<<Key extends MessageKey>(key: Key, values?: Partial<Values<Key>>) => RegExp> {
  const messages = await readLocale(locale);
  return (key, values = {}) => wholePattern(messages, key, values);
}

/** @param values `*` in a value stands for any text */
export function wholePattern(
  messages: ReadonlyMap<string, string>,
  key: string,
  values: Partial<Record<string, string>>,
): RegExp {
  return new RegExp(`^${sourceOf(messageOf(messages, key), values)}$`, 'm');
}

function sourceOf(message: string, values: Partial<Record<string, string>>): string {
  const parts = message.split(/\{(\w+)\}/);
  return parts
    .map((part, index) => {
      // Non-breaking spaces are plain spaces in an accessible name.
      if (index % 2 === 0) return part.split(/\s/).map(RegExp.escape).join('\\s');
      const value = values[part];
      return value === undefined ? '.+' : `\\u2068?${RegExp.escape(value).replaceAll('\\*', '.*')}\\u2069?`;
    })
    .join('');
}

function messageOf(messages: ReadonlyMap<string, string>, key: string): string {
  const message = messages.get(key);
  if (message === undefined) throw new Error(`There is no message ${key}.`);
  return message;
}
