import * as v from 'valibot';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { detailsText } from '../../components/notes/details.ts';
import { memoryStorage } from '../../tests/browser-in-memory.ts';
import { parseLog } from '../shared/model/log-format.ts';
import { logKey, logLineText, maxLogLines } from '../shared/model/log-line.ts';
import { addLogLine } from './log.ts';

const stored = new Map<string, unknown>();
const line = { time: 1, name: 'Error', kind: 'offline', text: 'The text.' };
const lines = () => parseLog(stored.get(logKey));

async function startedLog(): Promise<typeof import('./log.ts')> {
  // Each start of the service worker loads the module again.
  vi.resetModules();
  const module = await import('./log.ts');
  vi.stubGlobal('addEventListener', vi.fn());
  module.startLog(memoryStorage(stored));
  return module;
}

beforeEach(() => {
  stored.clear();
  vi.unstubAllGlobals();
});

test('the log keeps the last lines, also over a stop of the service worker', async () => {
  const first = await startedLog();
  for (let time = 1; time <= maxLogLines; time += 1) await first.addLogLine({ ...line, time });
  const next = await startedLog();
  await next.addLogLine({ ...line, time: maxLogLines + 1 });
  expect(lines().map(({ time }) => time)).toEqual(Array.from({ length: maxLogLines }, (_, index) => index + 2));
});

test('lines that are logged at once are all kept', async () => {
  const { log } = await startedLog();
  for (let count = 0; count < 10; count += 1) log('The text.', new TypeError('no'));
  await vi.waitFor(() => expect(lines()).toHaveLength(10));
});

test('a log that cannot be stored throws nothing', async () => {
  const { startLog, addLogLine: add } = await startedLog();
  startLog({ get: () => Promise.reject(new Error('No.')), set: () => Promise.reject(new Error('No.')) });
  await expect(add(line)).resolves.toBeUndefined();
});

test('without a start the log stores nothing', async () => {
  await addLogLine(line);
  expect(stored.size).toBe(0);
});

describe('an error that carries a phone number, a code or a token', () => {
  const canaries = { 'phone number': '+447700900982', code: '845127', token: 'eyJ0eXAiOiJKV1QifQ.c2VjcmV0.x' };

  const failures: Record<string, (canary: string) => unknown> = {
    'JSON.parse': (canary) => JSON.parse(canary.replace(/^(?=\d)/, '"')),
    'the JSON of a response': (canary) => new Response(`{${canary}`).json(),
    'the URL constructor': (canary) => new URL(`//${canary}`),
    'a valibot schema': (canary) => v.parse(v.pipe(v.string(), v.maxLength(1)), canary),
    'a valibot schema of keys': (canary) => v.parse(v.strictObject({}), { [canary]: canary }),
    fetch: (canary) => fetch(`nothing:${canary}`),
    'an error with the name of the canary': (canary) => {
      throw Object.assign(new Error(canary), { name: canary });
    },
    'a thrown string': (canary) => {
      throw canary;
    },
    'a forged stack frame': (canary) => {
      throw new Error(`no\n    at ${canary} (chrome-extension://abc/${canary}.js:1:1)`);
    },
  };

  const cases = Object.keys(failures).flatMap((failing) => Object.keys(canaries).map((canary) => [failing, canary]));
  test.each(cases as [keyof typeof failures, keyof typeof canaries][])(
    '%s, with a %s: it is in no log line, not in Copy details and not in the console',
    async (failing, canaryName) => {
      const canary = canaries[canaryName];
      const output = (['debug', 'log', 'info', 'warn', 'error'] as const).map((level) =>
        vi.spyOn(console, level).mockImplementation(() => {}),
      );
      const { log } = await startedLog();
      const thrown = await (async () => failures[failing]?.(canary))().then(
        () => expect.fail('It does not fail.'),
        (error: unknown) => error,
      );
      log('The text.', thrown);
      await vi.waitFor(() => expect(lines()).toHaveLength(1));
      const details = detailsText({ kind: 'unexpected-answer', at: 1 }, { version: '0.1.0', log: lines() });
      expect(details).toContain('The text.');
      const written = [
        JSON.stringify([...stored]),
        details,
        ...lines().map(logLineText),
        ...output.flatMap(({ mock }) => mock.calls.map(String)),
      ];
      for (const digits of [canary, canary.replace('+', ''), canary.slice(0, 12)]) {
        expect(written.join('\n')).not.toContain(digits);
      }
    },
  );

  test('that no code catches: it is logged, and kept out of the console', async () => {
    const module = await startedLog();
    const listeners = vi.mocked(globalThis.addEventListener).mock.calls as [string, (event: object) => void][];
    expect(module).toBeDefined();
    for (const [type, listener] of listeners) {
      const preventDefault = vi.fn();
      const error = new Error(canaries.token);
      listener({ preventDefault, ...(type === 'error' ? { error } : { reason: error }) });
      expect(preventDefault).toHaveBeenCalledOnce();
    }
    await vi.waitFor(() => expect(lines()).toHaveLength(2));
    expect(JSON.stringify([...stored])).not.toContain(canaries.token);
  });
});
