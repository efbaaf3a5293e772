import { expect, test } from 'vitest';
import { Problem } from '../problems.ts';
import { problemResponse } from './problem-response.ts';

const now = 1_000_000;
async function answered(problem: Problem) {
  const response = problemResponse(problem, 'one', now);
  const { retryAt } = (await response.json()) as { retryAt?: number };
  return { status: response.status, header: response.headers.get('retry-after'), retryAt };
}

test('every answer 503 says when to retry, in the header and in the body', async () => {
  expect(await answered(new Problem('service-unavailable'))).toEqual({
    status: 503,
    header: '5',
    retryAt: now + 5_000,
  });
  const retryAt = now + 17_000;
  expect(await answered(new Problem('service-unavailable', { retryAt }))).toEqual({
    status: 503,
    header: '17',
    retryAt,
  });
  expect(await answered(new Problem('signed-out'))).toEqual({ status: 401, header: null, retryAt: undefined });
});

test('Retry-After is rounded up to whole seconds, and at least one', async () => {
  for (const [after, header] of [
    [-1, '1'],
    [0, '1'],
    [1_000, '1'],
    [1_001, '2'],
  ] as const)
    expect((await answered(new Problem('send-throttled', { retryAt: now + after }))).header).toBe(header);
});
