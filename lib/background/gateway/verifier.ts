// The inline verifier: the client of the organization's verification gateway (services/gateway/openapi.json).
import * as v from 'valibot';
import { type ErrorDetails, type ErrorKind, errorKinds, IdentityError } from '../../shared/model/errors.ts';
import type { Challenge } from '../../shared/model/phone-verification.ts';
import type { InlineVerifier } from '../backend.ts';
import type { Network } from '../network.ts';

/** The longest window in which a gateway counts anything. */
const longestWaitMs = 24 * 3_600_000;

const Time = v.pipe(v.number(), v.integer(), v.minValue(0));
const kinds = Object.keys(errorKinds) as ErrorKind[];

const ChallengeSchema = v.object({
  id: v.pipe(v.string(), v.uuid()),
  state: v.picklist(['sent', 'confirmed', 'writing', 'done', 'failed']),
  sentTo: v.pipe(v.string(), v.maxLength(40)),
  codeLength: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(12)),
  sentAt: Time,
  expiresAt: Time,
  resendAt: Time,
  attemptsLeft: v.pipe(v.number(), v.integer(), v.minValue(0)),
  now: Time,
  error: v.optional(v.object({ kind: v.string(), at: Time })),
});

const ProblemSchema = v.object({
  type: v.string(),
  now: Time,
  retryAt: v.optional(Time),
  attemptsLeft: v.optional(v.number()),
  claims: v.optional(v.string()),
});

/** Problems that have no kind of their own here. */
const otherProblems: Record<string, ErrorKind> = {
  'invalid-request': 'unexpected-answer',
  // Reserved for the extension's own exceptions.
  'internal-error': 'unexpected-answer',
  // Forgotten, or never known: the way on is a new code.
  'not-found': 'code-expired',
};

export function createGatewayVerifier(dependencies: {
  /** The gateway's address, without a path. */
  origin: string;
  network: Network;
  /** @param renew a token that the gateway has just refused must not be handed out again */
  accessToken(renew: boolean): Promise<string>;
  now: () => number;
  /** The gateway's id of a request that may have changed something, whatever its answer. */
  changed?: (requestId: string) => Promise<void>;
}): InlineVerifier {
  const { origin, network, accessToken, now, changed } = dependencies;

  async function send(method: string, id: string, action = '', body?: object, renew = false): Promise<Response> {
    const token = await accessToken(renew);
    const response = await network(`${origin}/v1/verifications/${id}${action}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const requestId = response.headers.get('request-id');
    if (method !== 'GET' && requestId) await changed?.(requestId);
    if (response.ok) return response;
    const problem = await problemOf(response, now());
    if (problem.kind === 'signed-out' && !renew) return send(method, id, action, body, true);
    throw problem;
  }

  async function challenge(...request: Parameters<typeof send>): Promise<Challenge> {
    const response = await send(...request);
    const parsed = v.safeParse(ChallengeSchema, await response.json().catch(() => undefined));
    if (!parsed.success) throw new IdentityError('unexpected-answer', { status: response.status });
    return byOwnClock(parsed.output, now());
  }

  return {
    kind: 'inline',
    start: (id, { number, type, purpose }) => challenge('PUT', id, '', { number, type, channel: 'sms', purpose }),
    get: (id) => challenge('GET', id),
    resend: (id) => challenge('POST', id, '/resend'),
    confirm: (id, code) => challenge('POST', id, '/confirm', { code }),
    cancel: async (id) => void (await send('DELETE', id)),
  };
}

/**
 * Whether an address is a gateway's: it refuses, in its own words, whoever comes without a token.
 * @throws IdentityError `service-unavailable` where it cannot be told at the moment
 */
export async function isGateway(origin: string, network: Network): Promise<boolean> {
  const response = await network(`${origin}/v1/verifications/${crypto.randomUUID()}`);
  if (response.status === 429 || response.status >= 500) throw new IdentityError('service-unavailable');
  return (await problemOf(response, Date.now())).kind === 'signed-out';
}

/** The gateway's times, told by this machine's clock, which may be hours off. */
function byOwnClock({ now: theirs, error, ...rest }: v.InferOutput<typeof ChallengeSchema>, ours: number): Challenge {
  const offset = ours - theirs;
  return {
    ...rest,
    sentAt: rest.sentAt + offset,
    expiresAt: rest.expiresAt + offset,
    resendAt: rest.resendAt + offset,
    ...(error ? { error: { kind: kindOf(error.kind), at: error.at + offset } } : {}),
  };
}

async function problemOf(response: Response, ours: number): Promise<IdentityError> {
  const { status } = response;
  const parsed = v.safeParse(ProblemSchema, await response.json().catch(() => undefined));
  if (!parsed.success)
    return new IdentityError(status >= 500 || status === 429 ? 'service-unavailable' : 'unexpected-answer', { status });
  const { type, now: theirs, retryAt, attemptsLeft, claims } = parsed.output;
  const code = type.split(':').at(-1) ?? '';
  const requestId = response.headers.get('request-id');
  const details: Partial<ErrorDetails> = {
    at: ours,
    status,
    code,
    ...(requestId ? { requestId } : {}),
    ...(retryAt === undefined ? {} : { retryAt: ours + Math.min(retryAt - theirs, longestWaitMs) }),
    ...(attemptsLeft === undefined ? {} : { attemptsLeft }),
  };
  return new IdentityError(kindOf(code), details, claims);
}

function kindOf(problem: string): ErrorKind {
  return otherProblems[problem] ?? kinds.find((kind) => kind === problem) ?? 'unexpected-answer';
}
