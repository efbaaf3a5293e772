import { expect, test } from 'vitest';
import { createStoppableFetch, RequestStopped } from './stoppable-fetch.ts';

/** Answers never, and ends with the reason of its signal as a browser's fetch does. */
const pending: typeof fetch = (_, init) =>
  new Promise((_resolve, reject) => {
    const signal = init?.signal;
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason));
  });

test('case 84: a stop ends requests under way and new ones, until requests are allowed again', async () => {
  const requests = createStoppableFetch(pending);
  const underWay = requests.fetch('https://graph.microsoft.com/');
  requests.stop();
  await expect(underWay).rejects.toThrow(RequestStopped);
  await expect(requests.fetch('https://graph.microsoft.com/')).rejects.toMatchObject({ kind: 'paused' });
  requests.stop();
  requests.allow();
  const ended = Promise.race([requests.fetch('https://graph.microsoft.com/'), Promise.resolve('under way')]);
  expect(await ended).toBe('under way');
});

test('to allow requests that are allowed ends no request and keeps it stoppable', async () => {
  const requests = createStoppableFetch(pending);
  const underWay = requests.fetch('https://graph.microsoft.com/');
  requests.allow();
  requests.stop();
  await expect(underWay).rejects.toThrow(RequestStopped);
});

test('a request keeps its own signal and its other options', async () => {
  let seen: RequestInit | undefined;
  const requests = createStoppableFetch((input, init) => {
    seen = init;
    return pending(input, init);
  });
  const own = new AbortController();
  const underWay = requests.fetch('https://graph.microsoft.com/', { method: 'PATCH', signal: own.signal });
  own.abort(new DOMException('The time is up.', 'TimeoutError'));
  await expect(underWay).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(seen?.method).toBe('PATCH');
});
