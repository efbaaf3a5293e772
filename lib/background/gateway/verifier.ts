// Client of the organization's verification gateway (services/gateway/openapi.json).
import * as v from 'valibot';
import { IdentityError } from '../../shared/model/errors.ts';
import type { Challenge } from '../../shared/model/phone-verification.ts';
import { maskNumber } from '../../shared/phone/mask.ts';
import { withToken } from '../auth/step-up.ts';
import type { InlineVerifier } from '../backend.ts';
import { jsonOf } from '../json.ts';
import { type ApiAccess, kindOfStatus, type Network } from '../network.ts';
import { Count, errorKindOf, errorOfResponse, requestIdOf, Time } from './errors.ts';

const ChallengeSchema = v.object({
  id: v.pipe(v.string(), v.uuid()),
  state: v.picklist(['sent', 'confirmed', 'writing', 'done', 'failed']),
  sentTo: v.pipe(v.string(), v.maxLength(40)),
  codeLength: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(12)),
  sentAt: Time,
  expiresAt: Time,
  resendAt: Time,
  attemptsLeft: Count,
  now: Time,
  error: v.optional(v.object({ kind: v.string(), at: Time })),
});

export function createGatewayVerifier(access: ApiAccess): InlineVerifier {
  const { origin, network, now, changed } = access;

  const send = (method: string, id: string, action = '', body?: object) =>
    withToken(access, (token) => sendWith(token, method, id, action, body));

  async function sendWith(
    token: string,
    method: string,
    id: string,
    action: string,
    body: object | undefined,
  ): Promise<Response> {
    const response = await network(`${origin}/v1/verifications/${id}${action}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const requestId = requestIdOf(response);
    if (method !== 'GET' && requestId) await changed?.(requestId);
    if (response.ok) return response;
    throw await errorOfResponse(response, now());
  }

  /** Converts the gateway's times to the local clock. */
  async function challengeOf(response: Response): Promise<Challenge> {
    const parsed = v.safeParse(ChallengeSchema, await jsonOf(response));
    if (!parsed.success) throw new IdentityError('unexpected-answer', { status: response.status });
    const { now: gatewayNow, error, ...rest } = parsed.output;
    const skew = now() - gatewayNow;
    return {
      ...rest,
      // The row is stored, so the number must be masked whatever the gateway answers.
      sentTo: maskNumber(rest.sentTo),
      sentAt: rest.sentAt + skew,
      expiresAt: rest.expiresAt + skew,
      resendAt: rest.resendAt + skew,
      ...(error ? { error: { kind: errorKindOf(error.kind), at: error.at + skew } } : {}),
    };
  }

  return {
    start: async (id, { phoneNumber, type, purpose }) =>
      challengeOf(await send('PUT', id, '', { number: phoneNumber, type, channel: 'sms', purpose })),
    get: async (id) => challengeOf(await send('GET', id)),
    resend: async (id) => challengeOf(await send('POST', id, '/resend')),
    confirm: async (id, code) => challengeOf(await send('POST', id, '/confirm', { code })),
    cancel: async (id) => void (await send('DELETE', id)),
  };
}

/**
 * Whether a gateway answers at the address. A gateway rejects a request without a token with its own problem type.
 * @throws IdentityError `service-unavailable` if the address does not answer now
 */
export async function isGateway(origin: string, network: Network): Promise<boolean> {
  const response = await network(`${origin}/v1/verifications/${crypto.randomUUID()}`);
  if (kindOfStatus(response.status) === 'service-unavailable') throw new IdentityError('service-unavailable');
  return (await errorOfResponse(response, Date.now())).kind === 'signed-out';
}
