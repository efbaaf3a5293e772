// The words of the interface, in the browser's language.
import { i18n } from '#i18n';
import type { ErrorKind } from '../identity/errors.ts';
import { browser } from '../platform/browser.ts';

export const { t } = i18n;

export const language = browser.i18n.getUILanguage();

type Flat<Text extends string> = Text extends `${infer Head}-${infer Tail}` ? `${Head}_${Flat<Tail>}` : Text;

/** Message keys may hold no hyphen. */
const flat = (kind: ErrorKind) => kind.replaceAll('-', '_') as Flat<ErrorKind>;

export function errorWords(kind: ErrorKind): { title: string; help: string } {
  return { title: t(`error.${flat(kind)}.title`), help: t(`error.${flat(kind)}.help`) };
}

/** Says the page's language and direction to the browser and to assistive technology. */
export function applyLanguage(root: HTMLElement): void {
  root.lang = language;
  root.dir = t('direction');
}
