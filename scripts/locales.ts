// The words of each language as they stand in lib/shared/language/locales, for tests and for what is made from them.
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseMessagesFile } from '@wxt-dev/i18n/build';

const folder = resolve(import.meta.dirname, '../lib/shared/language/locales');
const extension = '.yml';

/** As browsers write them: en, pt_BR. */
export const localeNames = readdirSync(folder)
  .filter((file) => file.endsWith(extension))
  .map((file) => file.slice(0, -extension.length));

/** BCP 47. */
export const tagOf = (name: string) => name.replace('_', '-');

export const localeFile = (name: string) => join(folder, name + extension);

/** Each message by its key, such as "error.offline.title". */
export async function readLocale(name: string): Promise<Map<string, string>> {
  const messages = await parseMessagesFile(localeFile(name));
  return new Map(
    messages
      // The browser's own.
      .filter(({ key }) => !key[0]?.startsWith('@@'))
      .map((message) => {
        const key = message.key.join('.');
        if (message.type !== 'simple') throw new Error(`${name}: ${key} is not a text`);
        return [key, message.message];
      }),
  );
}

/** As browsers read it in `_locales/{name}/messages.json`. */
export function messagesJson(words: ReadonlyMap<string, string>): string {
  return JSON.stringify(
    Object.fromEntries([...words].map(([key, message]) => [key.replaceAll('.', '_'), { message }])),
  );
}

const anyForm = /\.(zero|one|two|few|many|other)$/;

/** What comes before the plural form in the key of a message about a count; undefined for any other. */
export function pluralStem(key: string, all: ReadonlyMap<string, string>): string | undefined {
  const stem = key.replace(anyForm, '');
  return stem !== key && all.has(`${stem}.other`) ? stem : undefined;
}
