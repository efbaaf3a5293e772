// The ways in which the answer to a request can be wrong.

import { clouds } from '../../lib/shared/model/clouds.ts';
import { type ProblemKind, problemType } from '../../services/gateway/problems.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { graphErrorOfStatus } from '../../services/sandbox/graph/errors.ts';
import { errorBody, problems } from '../../services/sandbox/login/errors.ts';
import type { Interference } from '../../services/sandbox/sandbox.ts';

export interface FaultClass {
  name: string;
  /** The number of affected requests; by default all of them. */
  times?: number;
  answer: Interference;
  /** False if the fault does not change the true answer. */
  applies?(trueBody: string): boolean;
}

const stepUpClaims = JSON.stringify({ access_token: { amr: { essential: true, values: ['ngcmfa'] } } });

/** The body of a refusal, by host. */
function bodyOf(request: Request, status: number): unknown {
  const { host } = new URL(request.url);
  if (host === clouds.global.graph) return graphErrorOfStatus(status, Date.now());
  if (host === gatewayHost) {
    const kind: Partial<Record<number, ProblemKind>> = {
      400: 'invalid-request',
      401: 'signed-out',
      403: 'not-permitted',
      404: 'not-found',
      409: 'number-in-use',
      429: 'send-throttled',
      503: 'service-unavailable',
    };
    const type = kind[status];
    return type ? { type: problemType(type), title: type, status, now: Date.now() } : 'Bad gateway\n';
  }
  // The metadata endpoint has no other error.
  if (request.method === 'GET' && status < 500) return { error: 'invalid_request' };
  if (status === 400)
    return { error: 'invalid_grant', error_description: 'AADSTS700084: the refresh token has ended.' };
  if (status === 403) return { error: 'access_denied', error_description: 'AADSTS53003: blocked by access policy.' };
  return status >= 500 || status === 429 ? errorBody(problems.unavailable, Date.now()) : { error: 'invalid_client' };
}

function refusal(status: number, headers: Record<string, string> = {}) {
  return async (request: Request) => {
    const body = bodyOf(request, status);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return new Response(text, { status, headers: { 'content-type': 'application/json', ...headers } });
  };
}

const changed =
  (change: (text: string) => BodyInit, type = 'application/json') =>
  async (_: Request, send: () => Promise<Response>) => {
    const answer = await send();
    const status = [204, 205].includes(answer.status) ? 200 : answer.status;
    return new Response(change(await answer.text()), { status, headers: { 'content-type': type } });
  };

/** @param change called for each value that is no object or list */
function eachLeaf(value: unknown, change: (leaf: unknown, key: string) => unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => eachLeaf(item, change, key));
  if (typeof value !== 'object' || value === null) return change(value, key);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, eachLeaf(item, change, name)]));
}

const leaves = (change: (leaf: unknown, key: string) => unknown) => (text: string) =>
  text ? JSON.stringify(eachLeaf(JSON.parse(text), change)) : text;

const enumerations = [
  'phoneType',
  'smsSignInState',
  'userPreferredMethodForSecondaryAuthentication',
  '@odata.type',
  'state',
  'token_type',
];

function withoutFields(text: string): string {
  if (!text) return text;
  const answer = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify(Array.isArray(answer.value) ? { value: answer.value.map(() => ({})) } : {});
}

function doubled(text: string): string {
  if (!text) return text;
  const answer = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify(
    Array.isArray(answer.value) ? { ...answer, value: [...answer.value, ...answer.value] } : answer,
  );
}

export const faultClasses: readonly FaultClass[] = [
  {
    name: 'connection refused',
    answer: async () => {
      throw new TypeError('Failed to fetch');
    },
  },
  {
    name: 'cut midway',
    answer: async (_, send) => {
      const { status, headers } = await send();
      const cut = new ReadableStream({ pull: (controller) => controller.error(new TypeError('network error')) });
      return new Response(cut, { status: status === 204 ? 200 : status, headers });
    },
  },
  {
    name: 'time-out',
    answer: async () => {
      throw new DOMException('signal timed out', 'TimeoutError');
    },
  },
  { name: '400', answer: refusal(400) },
  { name: '401', answer: refusal(401) },
  {
    name: '401 with claims challenge',
    answer: async (request) => {
      if (new URL(request.url).host === gatewayHost) {
        const body = {
          type: problemType('needs-step-up'),
          title: '',
          status: 401,
          now: Date.now(),
          claims: stepUpClaims,
        };
        return new Response(JSON.stringify(body), { status: 401 });
      }
      return refusal(401, {
        'www-authenticate': `Bearer error="insufficient_claims", claims="${btoa(stepUpClaims)}"`,
      })(request);
    },
  },
  { name: '403 once', times: 1, answer: refusal(403) },
  { name: '403 twice', times: 2, answer: refusal(403) },
  { name: '404', answer: refusal(404) },
  { name: '409', answer: refusal(409) },
  {
    name: '409 but saved',
    answer: async (request, send) => {
      await send();
      return refusal(409)(request);
    },
  },
  { name: '429', answer: refusal(429) },
  { name: '429 with Retry-After', answer: refusal(429, { 'retry-after': '120' }) },
  { name: '429 with an absurd Retry-After', answer: refusal(429, { 'retry-after': '99999999999' }) },
  { name: '500', answer: refusal(500) },
  { name: '503 with Retry-After', answer: refusal(503, { 'retry-after': '120' }) },
  { name: '504', answer: refusal(504) },
  { name: 'truncated JSON', answer: changed((text) => (text || '{"id":"1"}').slice(0, -1)) },
  { name: 'HTML', answer: changed(() => '<!doctype html><title>Sign in to the network</title>', 'text/html') },
  {
    name: 'wrong types',
    answer: changed(leaves((leaf) => (typeof leaf === 'string' ? 7 : `${leaf}`))),
    applies: (text) => text !== '',
  },
  {
    name: 'unknown values',
    answer: changed(leaves((leaf, key) => (enumerations.includes(key) ? 'addedLater' : leaf))),
    applies: (text) => enumerations.some((key) => text.includes(`"${key}":"`)),
  },
  { name: 'absurd size', answer: changed(() => JSON.stringify({ value: 'x'.repeat(2_000_000) })) },
  { name: 'missing fields', answer: changed(withoutFields), applies: (text) => text !== '' },
  { name: 'everything twice', answer: changed(doubled), applies: (text) => text.includes('"value":[{') },
];
