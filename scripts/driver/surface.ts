// A page in a browser: finds elements by role and name, uses real mouse and keyboard input, and waits for conditions.
// PageAccess contains what differs between the browsers.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { findProblems } from './axe.ts';
import { type PageCall, pageCall } from './page-bundle.ts';
import type { ElementTarget, Located, Pattern } from './page-script.ts';
import { until } from './until.ts';

/** Role and accessible name, or a form control by its label. A string is the whole name. */
export type Target = ({ role: string; name?: string | RegExp } | { label: string | RegExp }) & { within?: Target };

export const signInPage = /^https:\/\/login\./;

export interface Emulation {
  colorScheme?: 'light' | 'dark';
  forcedColors?: boolean;
  reducedMotion?: boolean;
}

/** Coordinates and sizes in CSS pixels. */
export interface PageAccess {
  /** Calls the function with a JSON argument and the document, or the closed shadow root of that host. */
  call(source: string, argument: unknown, shadowHost?: string): Promise<unknown>;
  clickAt(x: number, y: number): Promise<void>;
  type(text: string): Promise<void>;
  /** Key name of KeyboardEvent.key with modifiers: `Shift+Tab`. */
  press(key: string): Promise<void>;
  screenshot(): Promise<Buffer>;
  setSize(width: number, height: number): Promise<void>;
  emulate(emulation: Emulation): Promise<void>;
  reload(): Promise<void>;
  close(): Promise<void>;
  isClosed(): Promise<boolean>;
}

export class Surface {
  readonly #access: PageAccess;
  readonly #onAct: () => void;
  readonly #shadowHost: string | undefined;

  /** @param onAct is called before each input of the user */
  constructor(access: PageAccess, onAct: () => void = () => {}, shadowHost?: string) {
    this.#access = access;
    this.#onAct = onAct;
    this.#shadowHost = shadowHost;
  }

  /** The closed shadow root of the first element that matches the selector. */
  closedShadowRoot(hostSelector: string): Surface {
    return new Surface(this.#access, this.#onAct, hostSelector);
  }

  async click(target: Target): Promise<void> {
    const { x, y } = await this.#ready(target);
    this.#onAct();
    try {
      await this.#access.clickAt(x, y);
    } catch (error) {
      // Firefox resizes a popup after its content, so the target can be outside of the old size; it is located again.
      if (!String(error).includes('move target out of bounds')) throw error;
      await this.click(target);
    }
  }

  /** Types, and replaces the content of the field. */
  async fill(target: Target, text: string): Promise<void> {
    await this.click(target);
    await this.#ask(await pageCall('selectContent'));
    if (text === '') await this.press('Delete');
    else await this.type(text);
  }

  /** Chooses an option of a native select by its text. */
  async choose(target: Target, optionText: string): Promise<void> {
    this.#onAct();
    await this.#until(`the option "${optionText}" in ${inWords(target)}`, async () =>
      this.#ask(await pageCall('choose', toElementTarget(target), optionText)),
    );
  }

  async value(target: Target): Promise<string> {
    return this.#until(inWords(target), async () => this.#ask(await pageCall('fieldValue', toElementTarget(target))));
  }

  /** Types into the focused element. */
  async type(text: string): Promise<void> {
    this.#onAct();
    await this.#access.type(text);
  }

  async press(key: string): Promise<void> {
    this.#onAct();
    await this.#access.press(key);
  }

  async text(): Promise<string> {
    return this.#ask(await pageCall('visibleText'));
  }

  async waitForText(text: string | RegExp, options: { limit?: number } = {}): Promise<void> {
    await this.#until(`the text ${show(text)}`, async () => includes(await this.text(), text), options);
  }

  async waitFor(target: Target, options: { limit?: number } = {}): Promise<void> {
    await this.#until(inWords(target), () => this.has(target), options);
  }

  async waitForGone(what: string | RegExp | Target, options: { limit?: number } = {}): Promise<void> {
    const isText = typeof what === 'string' || what instanceof RegExp;
    await this.#until(
      `${isText ? show(what) : inWords(what)} to be gone`,
      async () => !(isText ? includes(await this.text(), what) : await this.has(what)),
      options,
    );
  }

  /** @returns whether the element exists now, without waiting */
  async has(target: Target): Promise<boolean> {
    return this.#ask(await pageCall('isThere', toElementTarget(target)));
  }

  /** @returns role and accessible name of the focused element */
  async focused(): Promise<{ role: string; name: string } | undefined> {
    return this.#ask(await pageCall('focused'));
  }

  /** @returns one line per role with name and states */
  async accessibilityTree(): Promise<string> {
    return this.#ask(await pageCall('accessibilityTree'));
  }

  /** Runs axe-core, which stays in the page. */
  async accessibilityProblems(): Promise<string[]> {
    return (await this.#access.call(findProblems, {}, this.#shadowHost)) as string[];
  }

  /** Runs the function in the page; it may use nothing from outside. Argument and result are JSON. */
  async evaluate<Answer, Argument>(
    run: (argument: Argument) => Answer | Promise<Answer>,
    argument?: Argument,
  ): Promise<Answer> {
    return (await this.#access.call(String(run), argument ?? null, this.#shadowHost)) as Answer;
  }

  async screenshot(path: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await this.#access.screenshot());
  }

  async setSize(width: number, height: number): Promise<void> {
    await this.#access.setSize(width, height);
    await this.#until(`a width of ${width}`, async () => (await this.evaluate(() => innerWidth)) === width);
  }

  async emulate({ direction, ...emulation }: Emulation & { direction?: 'ltr' | 'rtl' }): Promise<void> {
    await this.#access.emulate(emulation);
    if (direction) {
      await this.evaluate((value) => {
        document.documentElement.dir = value;
      }, direction);
    }
  }

  async url(): Promise<string> {
    return this.evaluate(() => location.href);
  }

  async reload(): Promise<void> {
    this.#onAct();
    await this.#access.reload();
  }

  async close(): Promise<void> {
    await this.#access.close();
  }

  async isClosed(): Promise<boolean> {
    return this.#access.isClosed();
  }

  async waitForClosed(): Promise<void> {
    await until('the page to be closed', () => this.#access.isClosed(), { instead: () => this.#outline() });
  }

  /** Waits until the position is the same twice in a row, because a click on a moving element misses it. */
  async #ready(target: Target): Promise<{ x: number; y: number }> {
    let last: Located | undefined;
    return this.#until(
      `${inWords(target)} to be clicked`,
      async () => {
        const before = last;
        last = await this.#ask(await pageCall('locate', toElementTarget(target)));
        if (last.state !== 'ready' || before?.state !== 'ready') return undefined;
        return before.x === last.x && before.y === last.y && last;
      },
      {},
      () => (last && last.state !== 'ready' ? `It is ${last.state}. ${last.detail}` : ''),
    );
  }

  async #until<Answer>(
    what: string,
    probe: () => Promise<Answer | false | undefined>,
    options: { limit?: number } = {},
    more: () => string = () => '',
  ): Promise<Answer> {
    const instead = async () => [more(), await this.#outline()].filter(Boolean).join('\n');
    return until(what, probe, { ...options, instead });
  }

  async #outline(): Promise<string> {
    return (await this.#access.isClosed()) ? 'The page is closed.' : this.#ask(await pageCall('outline'));
  }

  async #ask<Answer>({ source, argument }: PageCall<Answer>): Promise<Answer> {
    return (await this.#access.call(source, argument, this.#shadowHost)) as Answer;
  }
}

function toElementTarget(target: Target): ElementTarget {
  const name = 'label' in target ? target.label : target.name;
  return {
    ...('role' in target ? { role: target.role } : {}),
    ...(name === undefined ? {} : { name: toPattern(name) }),
    ...(target.within ? { within: toElementTarget(target.within) } : {}),
  };
}

function toPattern(text: string | RegExp): Pattern {
  return typeof text === 'string' ? { exactly: text } : { source: text.source, flags: text.flags };
}

function includes(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
}

function inWords(target: Target): string {
  const own = 'label' in target ? `the field ${show(target.label)}` : `${target.role} ${show(target.name ?? /.*/)}`;
  return target.within ? `${own} in ${inWords(target.within)}` : own;
}

function show(text: string | RegExp): string {
  return typeof text === 'string' ? `"${text}"` : String(text);
}
