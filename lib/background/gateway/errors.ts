// Interprets problem responses of the verification gateway (services/gateway/openapi.json).
import * as v from 'valibot';
import { type ErrorKind, errorKinds, IdentityError } from '../../shared/model/errors.ts';
import { isGuid } from '../auth/discovery.ts';
import { jsonOf } from '../json.ts';
import { kindOfStatus } from '../network.ts';

/** Milliseconds since 1970 by the gateway's clock. */
export const Time = v.pipe(v.number(), v.integer(), v.minValue(0));

export const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100));

const ProblemSchema = v.object({
  type: v.string(),
  now: Time,
  retryAt: v.optional(Time),
  attemptsLeft: v.optional(Count),
  claims: v.optional(v.string()),
});

/** The longest rate limit window of the gateway. */
const maxRetryAfterMs = 24 * 3_600_000;

const kinds = Object.keys(errorKinds) as ErrorKind[];

const kindOfProblem: Record<string, ErrorKind> = {
  'invalid-request': 'unexpected-answer',
  // Reserved for the extension's own exceptions.
  'internal-error': 'unexpected-answer',
  // The user has to request a new code.
  'not-found': 'code-expired',
};

/** @param now milliseconds since 1970 by the local clock; the gateway's clock may differ */
export async function errorOfResponse(response: Response, now: number): Promise<IdentityError> {
  const { status } = response;
  const parsed = v.safeParse(ProblemSchema, await jsonOf(response));
  if (!parsed.success) return new IdentityError(kindOfStatus(status), { status });
  const { type, now: gatewayNow, retryAt, attemptsLeft, claims } = parsed.output;
  const problem = type.split(':').at(-1) ?? '';
  // The code is stored and copied for the help desk, so it must not be able to hold a number or a code.
  const code = /^[a-z-]{1,40}$/.test(problem) ? problem : undefined;
  const requestId = requestIdOf(response);
  const details = {
    at: now,
    status,
    ...(code ? { code } : {}),
    ...(requestId ? { requestId } : {}),
    ...(retryAt === undefined ? {} : { retryAt: now + Math.min(retryAt - gatewayNow, maxRetryAfterMs) }),
    ...(attemptsLeft === undefined ? {} : { attemptsLeft }),
  };
  return new IdentityError(errorKindOf(problem), details, claims);
}

/** A GUID: any other id is not stored. */
export function requestIdOf({ headers }: Response): string | undefined {
  const requestId = headers.get('request-id') ?? '';
  return isGuid(requestId) ? requestId : undefined;
}

export function errorKindOf(problem: string): ErrorKind {
  return kindOfProblem[problem] ?? kinds.find((kind) => kind === problem) ?? 'unexpected-answer';
}
