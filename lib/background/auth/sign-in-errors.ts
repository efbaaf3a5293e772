import * as oauth from 'oauth4webapi';
import * as v from 'valibot';
import { type ErrorKind, IdentityError } from '../../shared/model/errors.ts';
import { kindOfStatus } from '../network.ts';

/** Source: Microsoft identity platform, error code reference. */
const kindOfCode: Record<number, ErrorKind> = {
  50058: 'signed-out', // no session for prompt=none
  50173: 'signed-out', // grants revoked, for example after a password change
  70008: 'signed-out',
  700082: 'signed-out',
  700084: 'signed-out', // refresh token of a single-page application expired (24 hours)
  65001: 'consent-required',
  65004: 'consent-required',
  90094: 'consent-required',
  50105: 'blocked-by-access-policy',
  53000: 'blocked-by-access-policy',
  53001: 'blocked-by-access-policy',
  53002: 'blocked-by-access-policy',
  53003: 'blocked-by-access-policy',
  50020: 'account-not-allowed',
  50011: 'not-configured', // redirect URI not registered
  90002: 'not-configured', // unknown tenant
  700016: 'not-configured', // unknown application
  9002326: 'not-configured', // not registered as "Single-page application"
};

/** Source: OpenID Connect Core §3.1.2.6, RFC 6749 §5.2. */
const kindOfError: Record<string, ErrorKind> = {
  login_required: 'signed-out',
  interaction_required: 'signed-out',
  account_selection_required: 'signed-out',
  invalid_grant: 'signed-out',
  consent_required: 'consent-required',
  invalid_client: 'not-configured',
  unauthorized_client: 'not-configured',
  temporarily_unavailable: 'service-unavailable',
  server_error: 'service-unavailable',
};

const AnswerSchema = v.object({
  error: v.string(),
  error_description: v.optional(v.string()),
  trace_id: v.optional(v.string()),
  correlation_id: v.optional(v.string()),
  claims: v.optional(v.string()),
});

/** Converts the body of an error response. Keeps codes and ids but no messages. */
export function errorOfAnswer(answer: unknown, status?: number): IdentityError {
  const parsed = v.safeParse(AnswerSchema, answer);
  if (!parsed.success) return new IdentityError(kindOfStatus(status), status ? { status } : {});
  const { error, error_description = '', trace_id, correlation_id, claims } = parsed.output;
  const number = /AADSTS(\d+)/.exec(error_description)?.[1];
  return new IdentityError(
    kindOfCode[Number(number)] ?? kindOfError[error] ?? kindOfStatus(status),
    {
      code: number ? `AADSTS${number}` : error,
      ...(status ? { status } : {}),
      ...(trace_id ? { requestId: trace_id } : {}),
      ...(correlation_id ? { correlationId: correlation_id } : {}),
    },
    claims,
  );
}

export function errorOfOAuth(thrown: unknown): IdentityError {
  if (thrown instanceof IdentityError) return thrown;
  if (thrown instanceof oauth.AuthorizationResponseError) return errorOfAnswer(Object.fromEntries(thrown.cause));
  if (thrown instanceof oauth.ResponseBodyError) return errorOfAnswer(thrown.cause, thrown.status);
  const { cause } = Object(thrown) as { cause?: unknown };
  if (cause instanceof Response) {
    const { status } = cause;
    return new IdentityError(kindOfStatus(status), { status });
  }
  return new IdentityError(
    'unexpected-answer',
    thrown instanceof oauth.OperationProcessingError && thrown.code ? { code: thrown.code } : {},
  );
}
