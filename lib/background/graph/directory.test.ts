import { expect, test, vi } from 'vitest';
import { createTokenNetwork } from '../network.ts';
import { createEntraDirectory } from './directory.ts';
import { createGraphRequest } from './request.ts';

const host = 'graph.microsoft.com';

test('a snapshot does not wait longer than eight seconds for the sign-in preferences (G2)', async () => {
  const limits = new Map<AbortSignal, { ms: number; end: AbortController }>();
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const end = new AbortController();
    limits.set(end.signal, { ms, end });
    return end.signal;
  });
  const waits: number[] = [];
  const network = createTokenNetwork(
    async (url, init) => {
      const { signal } = init ?? {};
      const limit = signal && limits.get(signal);
      if (!limit) throw new Error('The request has no limit.');
      waits.push(limit.ms);
      if (!String(url).includes('/beta/')) return Response.json({ value: [] });
      limit.end.abort(new DOMException('The operation timed out.', 'TimeoutError'));
      throw limit.end.signal.reason;
    },
    async () => ({ cloud: 'global' }),
    `https://${host}/UserAuthenticationMethod.ReadWrite`,
  );
  const { snapshot } = createEntraDirectory({
    request: createGraphRequest({
      origin: `https://${host}`,
      network,
      accessToken: async () => 'token',
      rejected: async () => false,
      now: Date.now,
    }),
    objectId: 'one',
    preferencesReadable: true,
  });
  expect(await snapshot()).toEqual({ methods: [], defaultMethod: 'unknown' });
  expect(waits).toEqual([25_000, 8_000]);
});
