// Chromium by the DevTools protocol, attached to the desk page only.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromiumId, chromiumPublicKey } from '../../lib/shared/model/extension-ids.ts';
import { findBrowser } from '../browsers.ts';
import { type TraceSession, traced } from '../driver/chromium-trace.ts';
import { until } from '../driver/until.ts';
import { fillDatabase } from '../look/fill-database.ts';
import type { BenchBrowser } from './bench-browser.ts';
import { profileOfTrace } from './profile.ts';

const origin = `chrome-extension://${chromiumId(chromiumPublicKey)}`;

interface Target {
  targetId: string;
  type: string;
  url: string;
}

export async function benchChromium(extension: string): Promise<BenchBrowser> {
  const program = findBrowser('chromium');
  if (!program) throw new Error('Chromium is not installed.');
  const profile = await mkdtemp(join(tmpdir(), 'phone-sign-in-bench-'));
  const child = spawn(
    program,
    [
      '--headless=new',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      `--disable-extensions-except=${extension}`,
      `--load-extension=${extension}`,
      // Suppresses prompts.
      '--proxy-server=127.0.0.1:9',
      '--disable-background-networking',
      '--no-first-run',
      // A spare process does not answer the end of a trace, which then takes five seconds.
      '--disable-features=SpareRendererForSitePerProcess',
      '--window-size=1280,900',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const killAtExit = () => child.kill('SIGKILL');
  process.on('exit', killAtExit);
  const ended = once(child, 'exit');
  const { send, end, onEvent } = await connect(await debuggingAddress(child));
  const targets = async () => (await send<{ targetInfos: Target[] }>('Target.getTargets')).targetInfos;

  await until('the extension to start', async () => (await targets()).find(({ url }) => url.startsWith(origin)));
  const { targetId } = await send<{ targetId: string }>('Target.createTarget', { url: `${origin}/desk.html` });
  const { sessionId } = await send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
  await send('ServiceWorker.enable', {}, sessionId);

  async function evaluate<Answer>(expression: string): Promise<Answer> {
    const { result, exceptionDetails } = await send<{
      result: { value: Answer };
      exceptionDetails?: { exception?: { description?: string }; text: string };
    }>('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, sessionId);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }
  await until('the desk', () => evaluate<boolean>('Boolean(globalThis.desk)'));
  const isWorkerRunning = async () => (await targets()).some(({ type }) => type === 'service_worker');

  async function openPopup() {
    const opened = await evaluate<number>(`(async () => {
      const [window] = await chrome.windows.getAll({ windowTypes: ['normal'] });
      const now = desk.now();
      chrome.action.openPopup({ windowId: window.id });
      return now;
    })()`);
    const told = await evaluate<{ settledAt: number; text: number; html: string }>('desk.hear()');
    const popup = (await targets()).find(({ url }) => url.startsWith(`${origin}/popup.html`));
    if (popup) await send('Target.closeTarget', { targetId: popup.targetId });
    await until('the popup to close', async () =>
      (await targets()).every(({ url }) => !url.startsWith(`${origin}/popup.html`)),
    );
    return { settledMs: told.settledAt - opened, textLength: told.text, html: told.html };
  }

  return {
    pid: child.pid as number,
    evaluate,
    openPopup,
    async profile(thread, action) {
      const on: TraceSession['on'] = (name, hear) => onEvent(({ method, params }) => method === name && hear(params));
      return profileOfTrace(await traced({ send, on }, action), thread);
    },
    async stopBackground() {
      await send('ServiceWorker.stopAllWorkers', {}, sessionId);
      await until('the worker to stop', async () => !(await isWorkerRunning()));
    },
    ask: (message) => evaluate(`desk.ask(${JSON.stringify(message)})`),
    async fill(stored) {
      await evaluate(`(${fillDatabase})(${JSON.stringify(stored)})`);
    },
    async close() {
      await send('Browser.close').catch(() => {});
      end();
      await ended;
      process.off('exit', killAtExit);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function debuggingAddress(child: ChildProcess): Promise<string> {
  return new Promise((done, reject) => {
    child.once('exit', (code) => reject(new Error(`Chromium ended at once with status ${code}.`)));
    createInterface({ input: child.stderr as NonNullable<typeof child.stderr> }).on('line', (line) => {
      const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (address) done(address);
    });
  });
}

async function connect(address: string) {
  const socket = new WebSocket(address);
  await new Promise((done, reject) => {
    socket.addEventListener('open', done, { once: true });
    socket.addEventListener('error', () => reject(new Error('Chromium refused the connection.')), { once: true });
  });
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  const listeners = new Set<(event: { method: string; params: unknown }) => void>();
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as
      | { id: number; result?: unknown; error?: { message: string } }
      | { id?: undefined; method: string; params: unknown };
    if (message.id === undefined) {
      for (const hear of listeners) hear(message);
      return;
    }
    const waiting = pending.get(message.id);
    if (message.error) waiting?.reject(new Error(message.error.message));
    else waiting?.resolve(message.result);
  });
  return {
    send<Answer>(method: string, params: object = {}, sessionId?: string): Promise<Answer> {
      const waiting = Promise.withResolvers<unknown>();
      last += 1;
      pending.set(last, waiting);
      socket.send(JSON.stringify({ id: last, method, params, ...(sessionId ? { sessionId } : {}) }));
      return waiting.promise as Promise<Answer>;
    },
    /** @returns a function that removes the listener */
    onEvent(hear: (event: { method: string; params: unknown }) => void): () => void {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    end: () => socket.close(),
  };
}
