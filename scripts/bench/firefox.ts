// Firefox by WebDriver BiDi, attached to the desk page and to the browser window.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { geckoId } from '../../lib/shared/model/extension-ids.ts';
import { findBrowser } from '../browsers.ts';
import { startFirefox } from '../driver/firefox-process.ts';
import { firefoxProfiler } from '../driver/firefox-profiler.ts';
import { firefoxWindow } from '../driver/firefox-window.ts';
import { until } from '../driver/until.ts';
import { fillDatabase } from '../look/fill-database.ts';
import type { BenchBrowser } from './bench-browser.ts';
import { profileOfCategories } from './profile.ts';

export async function benchFirefox(extension: string): Promise<BenchBrowser> {
  const program = findBrowser('firefox');
  if (!program) throw new Error('Firefox is not installed.');
  const profile = await mkdtemp(join(tmpdir(), 'phone-sign-in-bench-'));
  const uuid = randomUUID();
  const origin = `moz-extension://${uuid}`;
  const firefox = await startFirefox({
    program,
    profileFolder: profile,
    headless: true,
    preferences: {
      'extensions.webextensions.uuids': JSON.stringify({ [geckoId]: uuid }),
      'xpinstall.signatures.required': false,
      // Suppresses prompts.
      'network.proxy.type': 1,
      'network.proxy.ssl': '127.0.0.1',
      'network.proxy.ssl_port': 9,
      // Gives pages a resolution of microseconds instead of milliseconds.
      'privacy.reduceTimerPrecision': false,
    },
  });
  const evaluateIn = async <Answer>(context: string, source: string): Promise<Answer> => {
    const answer = await firefox.send<{
      type: string;
      result?: { value?: string };
      exceptionDetails?: { text: string };
    }>('script.callFunction', {
      functionDeclaration: `async () => JSON.stringify(await (${source}))`,
      awaitPromise: true,
      target: { context },
    });
    if (answer.type === 'exception') throw new Error(answer.exceptionDetails?.text);
    return (answer.result?.value === undefined ? undefined : JSON.parse(answer.result.value)) as Answer;
  };
  const { contexts } = await firefox.send<{ contexts: { context: string }[] }>('browsingContext.getTree', {
    maxDepth: 0,
    'moz:scope': 'chrome',
  });
  const main = contexts[0]?.context ?? '';
  const window = <Name extends 'openPopup' | 'popup' | 'closePopup' | 'stopBackground'>(verb: Name, argument: object) =>
    evaluateIn<Awaited<ReturnType<(typeof firefoxWindow)[Name]>>>(
      main,
      `({ ${firefoxWindow[verb]} }).${verb}(${JSON.stringify(argument)})`,
    );

  await firefox.send('webExtension.install', { extensionData: { type: 'path', path: extension } });
  const { context } = await firefox.send<{ context: string }>('browsingContext.create', { type: 'tab' });
  await firefox.send('browsingContext.navigate', { context, url: `${origin}/desk.html`, wait: 'none' });
  const evaluate = <Answer>(expression: string) => evaluateIn<Answer>(context, expression);
  await until('the desk', () => evaluate<boolean>('Boolean(globalThis.desk)'));

  async function openPopup() {
    const opened = await evaluateIn<number>(
      main,
      `(() => {
        const now = performance.timeOrigin + performance.now();
        ({ ${firefoxWindow.openPopup} }).openPopup(${JSON.stringify({ id: geckoId })});
        return now;
      })()`,
    );
    const told = await evaluate<{ settledAt: number; text: number; html: string }>('desk.hear()');
    await window('closePopup', {});
    await until('the popup to close', async () => (await window('popup', { origin })) === undefined);
    return { settledMs: told.settledAt - opened, textLength: told.text, html: told.html };
  }

  return {
    pid: await evaluateIn<number>(main, 'Services.appinfo.processID'),
    evaluate,
    openPopup,
    // The event page runs on the thread of the extension pages.
    async profile(_thread, action) {
      await evaluateIn(main, `({ ${firefoxProfiler.start} }).start({})`);
      await action();
      return profileOfCategories(
        await evaluateIn(main, `({ ${firefoxProfiler.stop} }).stop({ processes: 'WebExtensions' })`),
      );
    },
    async stopBackground() {
      await until('the event page to stop', () => window('stopBackground', { id: geckoId }));
    },
    ask: (message) => evaluate(`desk.ask(${JSON.stringify(message)})`),
    async fill(stored) {
      await evaluate(`(${fillDatabase})(${JSON.stringify(stored)})`);
    },
    async close() {
      await firefox.end();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
