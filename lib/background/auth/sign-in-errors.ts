// Errors of the sign-in service, by family: Microsoft adds and changes AADSTS numbers.
import * as oauth from 'oauth4webapi';
import * as v from 'valibot';
import { type ErrorKind, IdentityError, identityErrorOf } from '../../shared/model/errors.ts';
import { jsonOf } from '../json.ts';
import { kindOfStatus, retryTime } from '../network.ts';

interface Family {
  kind: ErrorKind;
  /** Values of `error`, `suberror` and `error_subcode`. */
  codes?: readonly string[];
  /** AADSTS numbers. */
  numbers?: RegExp;
}

/**
 * The first family with one of the codes or the number decides.
 * Sources: Microsoft identity platform, error code reference; OpenID Connect Core §3.1.2.6; RFC 6749 §5.2.
 */
const families: readonly Family[] = [
  // The user declined consent, or did not pass the second factor.
  { kind: 'sign-in-not-finished', numbers: /^(65004|500121)$/ },
  { kind: 'consent-required', codes: ['consent_required'], numbers: /^(65001|9009[45])$/ },
  { kind: 'sign-in-not-finished', codes: ['cancel'] },
  {
    kind: 'blocked-by-access-policy',
    codes: ['message_only', 'protection_policy_required'],
    // Conditional Access, assignments, tenant restrictions, and access between tenants.
    numbers: /^(530\d{2,3}|501051?|50002[12]?|50005|50021[23]|50131)$/,
  },
  {
    kind: 'not-configured',
    codes: ['invalid_client', 'invalid_resource', 'invalid_scope', 'invalid_tenant', 'unauthorized_client'],
    // In their order: scope, resource, redirect URI, permissions, scope, application, secret, tenant, cloud, platform.
    numbers: /^(2800\d|50001[14]?|50011|65005\d?|70011|700016|70002\d\d|90002|90038|900232[5-7])$/,
  },
  { kind: 'account-not-allowed', numbers: /^(1600\d{1,2}|50014|50020|500208|50034|51004|90072)$/ },
  {
    kind: 'service-unavailable',
    codes: ['temporarily_unavailable', 'server_error'],
    // Faults that Microsoft calls transient, and throttling.
    numbers: /^(50033|5008[78]|900(06|12|24|33|55|90))$/,
  },
  {
    kind: 'signed-out',
    codes: [
      ...['login_required', 'interaction_required', 'account_selection_required', 'invalid_grant'],
      ...['basic_action', 'additional_action', 'user_password_expired', 'bad_token', 'token_expired'],
      ...['client_mismatch', 'device_authentication_failed'],
    ],
  },
];

/** AADSTS numbers: the user has to register a second factor first. */
const secondMethodRequired = /^AADSTS(50072|50079)$/;

/** A user who was in the window can sign in no further: without a second factor, another window would end in the same way. */
export function errorOfInteractive(error: IdentityError): IdentityError {
  return secondMethodRequired.test(error.details.code ?? '')
    ? new IdentityError('second-method-required', error.details)
    : error;
}

/**
 * Messages of `identity.launchWebAuthFlow`; every other one means that the user closed the window.
 * Sources: identity_constants.h (Chromium), ext-identity.js (Firefox).
 */
const windowErrors: readonly [message: RegExp, kind: ErrorKind][] = [
  [/^Authorization page (could not be loaded|load timed out)/i, 'sign-in-page-not-loaded'],
  [/^Only one web auth flow is allowed/i, 'sign-in-window-open'],
  [/^Did not redirect to the right URL|^redirect_uri /i, 'not-configured'],
  [/^Couldn't create a browser window|^The browser context has been shut down/i, 'interrupted'],
];

export function errorOfWindow(thrown: unknown): IdentityError {
  const message = thrown instanceof Error ? thrown.message : '';
  return new IdentityError(windowErrors.find(([each]) => each.test(message))?.[1] ?? 'sign-in-not-finished');
}

/** A member of the wrong type does not hide the others. */
const text = v.fallback(v.optional(v.string()), undefined);

const AnswerSchema = v.object({
  error: v.string(),
  suberror: text,
  error_subcode: text,
  error_description: text,
  error_codes: v.fallback(v.optional(v.array(v.number())), undefined),
  trace_id: text,
  correlation_id: text,
  claims: text,
});

/** Converts the body of an error response. Keeps codes and ids but no messages. */
export function errorOfAnswer(answer: unknown, status?: number, retryAt?: number): IdentityError {
  const parsed = v.safeParse(AnswerSchema, answer);
  const fields: Partial<v.InferOutput<typeof AnswerSchema>> = parsed.success ? parsed.output : {};
  const { error, suberror, error_subcode, error_description = '', trace_id, correlation_id } = fields;
  // `message_only`: no sign-in resolves the condition, so the claims name a policy and are no challenge.
  const claims = suberror === 'message_only' ? undefined : fields.claims;
  const number = /AADSTS(\d+)/.exec(error_description)?.[1] ?? fields.error_codes?.[0]?.toString();
  const codes = [error, suberror, error_subcode];
  const family = families.find(
    ({ codes: some = [], numbers }) => some.some((code) => codes.includes(code)) || numbers?.test(number ?? ''),
  );
  const isBusy = status === 429 || status === 503;
  // A claims challenge comes first, because a sign-in without its claims is refused again.
  const kind = claims ? 'signed-out' : isBusy ? 'service-unavailable' : (family?.kind ?? kindOfStatus(status));
  return new IdentityError(
    kind,
    {
      ...(number ? { code: `AADSTS${number}` } : error ? { code: error } : {}),
      ...(status ? { status } : {}),
      ...(trace_id ? { requestId: trace_id } : {}),
      ...(correlation_id ? { correlationId: correlation_id } : {}),
      ...(retryAt && kind === 'service-unavailable' ? { retryAt } : {}),
    },
    claims,
  );
}

/** @param answer the body, if it was already read */
export async function errorOfResponse(response: Response, now: number, answer?: unknown): Promise<IdentityError> {
  const retryAt = retryTime(response.headers.get('retry-after'), now);
  return errorOfAnswer(answer ?? (await jsonOf(response)), response.status, retryAt);
}

/** Converts an exception of the OAuth library. An exception that is not about an answer is an internal error. */
export async function errorOfOAuth(thrown: unknown, now: number): Promise<IdentityError> {
  if (thrown instanceof oauth.AuthorizationResponseError) return errorOfAnswer(Object.fromEntries(thrown.cause));
  if (thrown instanceof oauth.ResponseBodyError) return errorOfResponse(thrown.response, now, thrown.cause);
  if (thrown instanceof oauth.WWWAuthenticateChallengeError) return errorOfResponse(thrown.response, now);
  if (!(thrown instanceof oauth.OperationProcessingError || thrown instanceof oauth.UnsupportedOperationError)) {
    return identityErrorOf(thrown);
  }
  if (thrown.cause instanceof Response) return errorOfResponse(thrown.cause, now);
  return new IdentityError('unexpected-answer', thrown.code ? { code: thrown.code } : {});
}
