import { afterEach, expect, test, vi } from 'vitest';
import { createEntraDirectory } from './directory.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('a snapshot does not wait longer than eight seconds for the sign-in preferences (G2)', async () => {
  vi.useFakeTimers();
  const { snapshot } = createEntraDirectory({
    request: (_, path) => (path.startsWith('/beta/') ? new Promise(() => {}) : Promise.resolve({ value: [] })),
    objectId: 'one',
    preferencesReadable: true,
  });
  const read = snapshot();
  await vi.advanceTimersByTimeAsync(8_000);
  expect(await read).toEqual({ methods: [], defaultMethod: 'unknown' });
  expect(vi.getTimerCount()).toBe(0);
});
