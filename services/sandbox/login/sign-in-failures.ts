// Errors with which Entra refuses sign-ins and tokens. The switch `fail-sign-ins` selects one by its name.
import { errorBody } from './errors.ts';

/** `silent`: an authorization request with `prompt=none`. `code` and `refresh`: grants at the token endpoint. */
export const signInPlaces = ['authorize', 'silent', 'code', 'refresh'] as const;
export type SignInPlace = (typeof signInPlaces)[number];

const sources = {
  codes: 'Microsoft Entra authentication and authorization error codes',
  lookup: 'https://login.microsoftonline.com/error',
  flow: 'OAuth 2.0 authorization code flow, "Error response"',
  suberrors: 'MSAL.NET, UiRequiredExceptionClassification',
  libraries: 'MSAL for Python and for Android: values of `suberror`',
  challenges: 'Claims challenges, claims requests, and client capabilities',
  /** An answer that has both `message_only` and claims. */
  support: 'Japan Azure Identity Support blog, Conditional Access for workload identities',
  throttling: 'RFC 9110 §10.2.3; MSAL.NET, "Retry-After"',
} as const;

/** `error` of authorization answers and of the token endpoint. */
type ErrorCode = string | readonly [authorize: string, token: string];

interface More {
  suberror?: string;
  error_subcode?: string;
  /** A claims challenge. */
  claims?: string;
  /** Of the token endpoint; default 400. */
  status?: number;
  /** Of the token endpoint, in seconds. */
  retryAfter?: number;
  /** Default: all. */
  places?: readonly SignInPlace[];
}

/** @param aadsts 0: Entra sends no number */
const failure = (aadsts: number, error: ErrorCode, message: string, source: keyof typeof sources, more: More = {}) => ({
  aadsts,
  error,
  message,
  source: sources[source],
  ...more,
});

const denied = ['access_denied', 'invalid_grant'] as const;
const interaction = ['interaction_required', 'invalid_grant'] as const;
const cancel = { error_subcode: 'cancel' };
const messageOnly = { suberror: 'message_only' };
const atToken = { places: ['code', 'refresh'] as const };
const policyClaims =
  '{"access_token":{"capolids":{"essential":true,"values":["5d000000-0000-4000-8000-000000000001"]}}}';
const contextClaims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';

export const signInFailures = {
  // The access policy.
  'device-not-compliant': failure(53000, interaction, 'The device is not compliant.', 'codes'),
  'device-not-joined': failure(53001, interaction, 'The device is not domain joined.', 'codes'),
  'app-not-approved': failure(53002, interaction, 'The app is not an approved app.', 'codes'),
  'blocked-by-policy': failure(53003, interaction, 'Access has been blocked by policy.', 'codes', messageOnly),
  'blocked-with-claims': failure(53003, interaction, 'Access has been blocked by policy.', 'support', {
    ...messageOnly,
    claims: policyClaims,
  }),
  'registration-too-risky': failure(53004, interaction, 'Methods cannot be registered: suspicious activity.', 'codes'),
  'device-not-managed': failure(530003, interaction, 'The device is required to be managed.', 'lookup'),
  'app-without-requirement': failure(530021, interaction, 'The app does not meet the requirements.', 'lookup'),
  'blocked-by-tenant-policy': failure(530032, interaction, 'A security policy of the tenant blocks this.', 'codes'),
  'blocked-flow': failure(530036, interaction, 'A policy on authentication flows blocks this.', 'lookup'),
  'not-assigned': failure(50105, denied, 'The user is not assigned to a role of the app.', 'codes'),
  'not-assigned-to-resource': failure(501051, denied, 'The app is not assigned to a role of the resource.', 'lookup'),
  'tenant-restricted': failure(500021, denied, 'Access to the tenant is denied.', 'codes'),
  'message-only': failure(59999, interaction, 'The condition cannot be resolved now.', 'suberrors', messageOnly),
  'app-protection-required': failure(53005, 'unauthorized_client', 'The app has to enforce policies.', 'libraries', {
    suberror: 'protection_policy_required',
  }),

  // Consent.
  'consent-missing': failure(65001, ['consent_required', 'invalid_grant'], 'No consent to use the app.', 'codes', {
    suberror: 'consent_required',
  }),
  'consent-declined': failure(65004, denied, 'The user declined to consent.', 'codes', cancel),
  'admin-consent-required': failure(90094, denied, 'An administrator has to consent.', 'codes', cancel),
  'approval-required': failure(90095, denied, 'The user has to ask an administrator for consent.', 'codes', cancel),

  // The configuration of the tenant or of the app registration.
  'resource-unknown': failure(500011, 'invalid_resource', 'The resource was not found in the tenant.', 'codes'),
  'resource-disabled': failure(500014, 'invalid_resource', 'The service principal is disabled.', 'lookup'),
  'resource-invalid': failure(50001, 'invalid_resource', 'The resource is disabled or does not exist.', 'codes'),
  'service-not-subscribed': failure(650052, denied, 'The organization has not enabled the service.', 'codes'),
  'app-misconfigured': failure(650056, denied, 'Misconfigured application.', 'codes'),
  'resource-not-listed': failure(650057, 'invalid_request', 'The app registration lacks the resource.', 'codes'),
  'scope-invalid': failure(70011, 'invalid_scope', 'The scope is not valid.', 'codes'),
  'app-unknown': failure(700016, 'unauthorized_client', 'The app was not found in the directory.', 'codes'),
  'secret-missing': failure(7000218, 'invalid_client', 'The request lacks a client secret.', 'codes'),
  'redeemed-by-page': failure(9002326, 'invalid_request', 'The app is not a single-page application.', 'lookup'),
  'redeemed-by-no-page': failure(9002327, 'invalid_request', 'The app is a single-page application.', 'lookup'),
  'several-resources': failure(28000, 'invalid_request', 'The scope has more than one resource.', 'lookup'),
  'tenant-in-other-cloud': failure(90038, 'invalid_request', 'The tenant is in another national cloud.', 'codes'),

  // The account is not one of the tenant.
  'account-of-other-directory': failure(50020, denied, 'The account does not exist in the tenant.', 'codes'),
  'external-account': failure(90072, denied, 'The external account does not exist on the tenant.', 'codes'),
  'account-not-in-directory': failure(51004, denied, 'The account is not in the directory.', 'codes'),
  'account-not-found': failure(50034, interaction, 'The account has to be added to the directory.', 'codes', {
    suberror: 'bad_token',
  }),
  'account-selection': failure(16000, 'interaction_required', 'There are several identities.', 'codes'),
  'session-not-found': failure(160021, 'interaction_required', 'The user session does not exist.', 'codes'),

  // The user did not finish.
  cancelled: failure(0, 'access_denied', 'the user canceled the authentication', 'flow', {
    ...cancel,
    places: ['authorize'],
  }),
  'second-factor-failed': failure(500121, denied, 'Authentication failed during strong authentication.', 'lookup'),

  // The service is not available.
  'directory-unavailable': failure(90033, 'temporarily_unavailable', 'A transient error has occurred.', 'codes'),
  'temporarily-unavailable': failure(0, 'temporarily_unavailable', 'The server is too busy.', 'flow'),
  'server-error': failure(0, 'server_error', 'The server met an unexpected condition.', 'flow'),
  'transient-error': failure(90024, 'invalid_request', 'A transient error has occurred.', 'codes'),
  throttled: failure(90055, 'invalid_request', 'There are too many incoming requests.', 'throttling', {
    ...atToken,
    status: 429,
    retryAfter: 900,
  }),
  unavailable: failure(90006, 'temporarily_unavailable', 'The service is not available.', 'throttling', {
    ...atToken,
    status: 503,
    retryAfter: 1200,
  }),

  // The user has to sign in again.
  'claims-demanded': failure(50158, 'interaction_required', 'A challenge was not satisfied.', 'challenges', {
    suberror: 'basic_action',
    claims: contextClaims,
  }),
  'no-session': failure(50058, 'login_required', 'No user is signed in.', 'codes'),
  'grant-revoked': failure(50173, interaction, 'The grant was revoked.', 'codes', { suberror: 'bad_token' }),
  'refresh-token-expired': failure(700084, interaction, 'The refresh token has expired.', 'codes'),
  'sign-in-too-old': failure(70043, interaction, 'The grant has expired by sign-in frequency.', 'codes', {
    suberror: 'token_expired',
  }),
  'second-factor-required': failure(50076, interaction, 'A second factor is required.', 'suberrors', {
    suberror: 'basic_action',
  }),
  'second-factor-not-registered': failure(50079, interaction, 'A second factor has to be registered.', 'suberrors', {
    suberror: 'additional_action',
  }),
  'password-expired': failure(50055, interaction, 'The password is expired.', 'suberrors', {
    suberror: 'user_password_expired',
  }),
  'other-client': failure(70000, interaction, 'The grant is of another client.', 'libraries', {
    suberror: 'client_mismatch',
  }),
  'device-not-authenticated': failure(50155, interaction, 'Device authentication failed.', 'libraries', {
    suberror: 'device_authentication_failed',
  }),
  'loop-detected': failure(50196, interaction, 'A client request loop has been detected.', 'codes'),
} satisfies Record<string, ReturnType<typeof failure>>;

export type SignInFailureName = keyof typeof signInFailures;
const failures: Record<SignInFailureName, ReturnType<typeof failure>> = signInFailures;

export function placesOf(name: SignInFailureName): readonly SignInPlace[] {
  return failures[name].places ?? signInPlaces;
}

/** The parameters of an authorization answer. */
export function failedAuthorization(name: SignInFailureName, now: number): Record<string, unknown> {
  const { error_codes, timestamp, trace_id, correlation_id, ...parameters } = bodyOf(name, 0, now);
  return parameters;
}

/** An answer of the token endpoint. */
export function failedToken(name: SignInFailureName, now: number) {
  const { status = 400, retryAfter } = failures[name];
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return { status, headers, body: bodyOf(name, 1, now) };
}

function bodyOf(name: SignInFailureName, which: 0 | 1, now: number): Record<string, unknown> {
  const { error: errors, aadsts, message, suberror, error_subcode, claims } = failures[name];
  const error = typeof errors === 'string' ? errors : errors[which];
  const { error_codes, error_uri, ...body } = errorBody({ error, aadsts, message }, now);
  return {
    ...body,
    ...(aadsts === 0 ? { error_description: message } : { error_codes, error_uri }),
    ...(suberror === undefined ? {} : { suberror }),
    ...(error_subcode === undefined ? {} : { error_subcode }),
    ...(claims === undefined ? {} : { claims }),
  };
}
