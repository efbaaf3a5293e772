import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogEntry } from './log.ts';
import { createShutdown } from './shutdown.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function shutdownOf(finish: () => Promise<void> = async () => {}) {
  const steps: string[] = [];
  const logs: LogEntry[] = [];
  const shutdown = createShutdown({
    failReadiness: () => steps.push('not ready'),
    finish: () => {
      steps.push('finish');
      return finish();
    },
    graceMs: 5_000,
    exit: (code) => steps.push(`exit ${code}`),
    log: (entry) => logs.push(entry),
  });
  return { shutdown, steps, logs, events: () => logs.map(({ event }) => event) };
}

test('case 78: a signal fails readiness at once, and the server stops after the grace period', async () => {
  const { shutdown, steps, logs } = shutdownOf();
  shutdown.bySignal('SIGTERM');
  expect(steps).toEqual(['not ready']);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(steps).toEqual(['not ready']);
  await vi.advanceTimersByTimeAsync(1);
  expect(steps).toEqual(['not ready', 'finish', 'exit 0']);
  expect(logs).toEqual([
    { level: 'info', event: 'stopping', signal: 'SIGTERM' },
    { level: 'info', event: 'stopped' },
  ]);
});

test('a second signal ends the grace period', async () => {
  const { shutdown, steps } = shutdownOf();
  shutdown.bySignal('SIGTERM');
  shutdown.bySignal('SIGINT');
  await vi.advanceTimersByTimeAsync(0);
  expect(steps).toEqual(['not ready', 'finish', 'exit 0']);
});

for (const event of ['uncaught-exception', 'unhandled-rejection'] as const)
  test(`case 79: an ${event} is logged without its message, fails readiness and ends with status 1`, async () => {
    const { shutdown, steps, logs } = shutdownOf();
    shutdown.byError(event, new RangeError('+44 7700 900101'));
    expect(steps).toEqual(['not ready']);
    expect(logs).toEqual([expect.objectContaining({ level: 'error', event, error: 'RangeError' })]);
    expect(JSON.stringify(logs)).not.toContain('7700');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(steps).toEqual(['not ready', 'finish', 'exit 1']);
  });

test('case 79: an exception during a stop changes its status to 1 and leaves the grace period as it is', async () => {
  const { shutdown, steps } = shutdownOf();
  shutdown.bySignal('SIGTERM');
  await vi.advanceTimersByTimeAsync(1_000);
  shutdown.byError('uncaught-exception', new Error());
  shutdown.byError('uncaught-exception', new Error());
  await vi.advanceTimersByTimeAsync(3_999);
  expect(steps).toEqual(['not ready']);
  await vi.advanceTimersByTimeAsync(1);
  expect(steps).toEqual(['not ready', 'finish', 'exit 1']);
});

test('work that does not end within 20 s is abandoned with status 1', async () => {
  const { shutdown, steps, events } = shutdownOf(() => new Promise(() => {}));
  shutdown.bySignal('SIGTERM');
  await vi.advanceTimersByTimeAsync(24_999);
  expect(steps).toEqual(['not ready', 'finish']);
  await vi.advanceTimersByTimeAsync(1);
  expect(steps).toEqual(['not ready', 'finish', 'exit 1']);
  expect(events()).toEqual(['stopping', 'stop-timed-out']);
});

test('a stop that fails is logged and ends with status 1', async () => {
  const { shutdown, steps, logs } = shutdownOf(() => Promise.reject(new RangeError('+44 7700 900101')));
  shutdown.bySignal('SIGTERM');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(steps).toEqual(['not ready', 'finish', 'exit 1']);
  expect(logs.at(-1)).toMatchObject({ level: 'error', event: 'stop-failed', error: 'RangeError' });
});
