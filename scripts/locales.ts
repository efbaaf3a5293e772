// Reads the messages of lib/shared/language/locales for tests and scripts.
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseMessagesFile } from '@wxt-dev/i18n/build';

const folder = resolve(import.meta.dirname, '../lib/shared/language/locales');
const extension = '.yml';

/** Names as browsers write them: en, pt_BR. */
export const localeNames = readdirSync(folder)
  .filter((file) => file.endsWith(extension))
  .map((file) => file.slice(0, -extension.length));

/** @returns BCP 47 tag */
export const tagOf = (name: string) => name.replace('_', '-');

export const localeFile = (name: string) => join(folder, name + extension);

/** @returns messages by key, such as "error.offline.title" */
export async function readLocale(name: string): Promise<Map<string, string>> {
  const messages = await parseMessagesFile(localeFile(name));
  return new Map(
    messages
      // The browser defines keys that begin with @@.
      .filter(({ key }) => !key[0]?.startsWith('@@'))
      .map((message) => {
        const key = message.key.join('.');
        if (message.type !== 'simple') throw new Error(`${name}: ${key} is not a text`);
        return [key, message.message];
      }),
  );
}

/** @returns content of `_locales/{name}/messages.json` */
export function messagesJson(words: ReadonlyMap<string, string>): string {
  return JSON.stringify(
    Object.fromEntries([...words].map(([key, message]) => [key.replaceAll('.', '_'), { message }])),
  );
}

const anyForm = /\.(zero|one|two|few|many|other)$/;

/** @returns the key without its plural form, or undefined if the message has no plural forms */
export function pluralStem(key: string, all: ReadonlyMap<string, string>): string | undefined {
  const stem = key.replace(anyForm, '');
  return stem !== key && all.has(`${stem}.other`) ? stem : undefined;
}
