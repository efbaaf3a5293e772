// Entra's errors: an OAuth error code, an AADSTS number, and ids for the help desk.
import { randomUUID } from 'node:crypto';

export interface EntraError {
  error: string;
  aadsts: number;
  message: string;
  suberror?: string;
}

const entra = (error: string, aadsts: number, message: string, suberror?: string): EntraError => ({
  error,
  aadsts,
  message,
  ...(suberror === undefined ? {} : { suberror }),
});

export const problems = {
  tenantUnknown: (tenant: string) =>
    entra(
      'invalid_tenant',
      90002,
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
    ),
  applicationUnknown: (clientId: string) =>
    entra('unauthorized_client', 700016, `Application with identifier '${clientId}' was not found in the directory.`),
  redirectUnknown: (clientId: string) =>
    entra(
      'invalid_request',
      50011,
      `The redirect URI specified in the request does not match the redirect URIs configured for the application '${clientId}'.`,
    ),
  missing: (parameter: string) =>
    entra('invalid_request', 900144, `The request body must contain the following parameter: '${parameter}'.`),
  malformed: entra('invalid_request', 9002313, 'Invalid request. Request is malformed or invalid.'),
  grantUnsupported: entra('unsupported_grant_type', 70003, 'The app requested an unsupported grant type.'),
  scopeUnknown: (scope: string) =>
    entra('invalid_scope', 70011, `The provided value for the input parameter 'scope' is not valid: ${scope}.`),
  severalResources: entra(
    'invalid_request',
    28000,
    'Provided value for the input parameter scope is not valid because it contains more than one resource.',
  ),
  notSpa: entra(
    'invalid_request',
    9002326,
    "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.",
  ),
  spaWithoutOrigin: entra(
    'invalid_request',
    9002327,
    "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  ),
  pkceMissing: entra(
    'invalid_request',
    9002325,
    'Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
  ),
  pkceMismatch: entra('invalid_grant', 501481, 'The Code_Verifier does not match the code_challenge supplied.'),
  codeExpired: entra('invalid_grant', 70008, 'The provided authorization code or refresh token has expired.'),
  codeRedeemed: entra('invalid_grant', 54005, 'OAuth2 Authorization code was already redeemed.'),
  grantMalformed: entra('invalid_grant', 9002313, 'Invalid request. Request is malformed or invalid.'),
  spaRefreshExpired: entra(
    'invalid_grant',
    700084,
    'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page.',
  ),
  revoked: entra(
    'invalid_grant',
    50173,
    'The provided grant has expired due to it being revoked. A fresh auth token is needed.',
    'bad_token',
  ),
  clientSecretWrong: entra('invalid_client', 7000215, 'Invalid client secret provided.'),
  clientAssertionWrong: entra(
    'invalid_client',
    700027,
    'The certificate with identifier used to sign the client assertion is not registered on application, or the assertion is not valid.',
  ),
  noSession: entra('login_required', 50058, 'A silent sign-in request was sent but no user is signed in.'),
  freshSignInNeeded: entra(
    'interaction_required',
    50076,
    'Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.',
    'basic_action',
  ),
  claimsDemanded: (number: 50076 | 50079 | 50158) =>
    number === 50158
      ? entra('invalid_grant', number, 'External security challenge was not satisfied.', 'basic_action')
      : entra(
          'interaction_required',
          number,
          'Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.',
          'basic_action',
        ),
  secondFactorRefused: entra('access_denied', 500121, 'Authentication failed during strong authentication request.'),
  accountSelection: entra(
    'interaction_required',
    16000,
    'Either multiple user identities are available for the current request or selected account is not supported for the scenario.',
  ),
  consentMissing: (clientId: string) =>
    entra(
      'consent_required',
      65001,
      `The user or administrator has not consented to use the application with ID '${clientId}'. Send an interactive authorization request for this user and resource.`,
    ),
  consentMissingAtToken: (clientId: string) => ({
    ...problems.consentMissing(clientId),
    error: 'invalid_grant',
    suberror: 'consent_required',
  }),
  adminConsentNeeded: entra(
    'access_denied',
    90094,
    'An administrator of the organization has to consent to this application.',
  ),
  approvalNeeded: entra(
    'access_denied',
    90095,
    'An administrator of the organization has to approve the request for this application.',
  ),
  blocked: entra(
    'interaction_required',
    53003,
    'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
  ),
  blockedAtToken: entra(
    'invalid_grant',
    53003,
    'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
    'message_only',
  ),
  unavailable: entra('temporarily_unavailable', 90033, 'A transient error has occurred. Please try again.'),
  declined: entra('access_denied', 65004, 'User declined to consent to access the app.'),
} as const;

/** The user selected Cancel: Entra sends no AADSTS number. Source: OAuth 2.0 authorization code flow, "Error response". */
export const cancelledDescription = 'the user canceled the authentication';

/** Entra's error for one of oidc-provider. @param detail the reason that oidc-provider does not send */
export function translate(error: string, description: string, detail: string): EntraError {
  const text = `${description} ${detail}`;
  if (error === 'login_required') return problems.noSession;
  if (error === 'account_selection_required') return problems.accountSelection;
  if (/redirect_uri.*(did not match|mismatch)|redirect_uri_mismatch/.test(text)) return problems.redirectUnknown('');
  if (/PKCE|code_challenge/.test(text) && error === 'invalid_request') return problems.pkceMissing;
  if (/code_verifier|PKCE/.test(text)) return problems.pkceMismatch;
  if (/refresh token is expired/.test(text)) return problems.spaRefreshExpired;
  if (/code is expired/.test(text)) return problems.codeExpired;
  if (/already consumed/.test(text)) return problems.codeRedeemed;
  if (error === 'invalid_grant') return problems.grantMalformed;
  if (/secret/.test(text)) return problems.clientSecretWrong;
  if (/client not found|client is invalid/.test(text)) return problems.applicationUnknown('');
  if (error === 'invalid_client') return problems.clientAssertionWrong;
  if (error === 'unsupported_grant_type') return problems.grantUnsupported;
  if (/missing required parameter/.test(text)) {
    return problems.missing(/'?([a-z_]+)'?\s*$/.exec(description)?.[1] ?? 'client_id');
  }
  return { error, aadsts: 90014, message: description || 'The request is not valid.' };
}

/** The value of `error_description`. */
export function descriptionOf(problem: EntraError, ids: ErrorIds): string {
  return `AADSTS${problem.aadsts}: ${problem.message} Trace ID: ${ids.traceId} Correlation ID: ${ids.correlationId} Timestamp: ${ids.timestamp}`;
}

export interface ErrorIds {
  traceId: string;
  correlationId: string;
  timestamp: string;
}

export function errorIds(now: number): ErrorIds {
  return {
    traceId: randomUUID(),
    correlationId: randomUUID(),
    timestamp: new Date(now).toISOString().replace('T', ' ').replace(/\.\d+/, ''),
  };
}

/** The body of an error from the token endpoint. */
export function errorBody(problem: EntraError, now: number): Record<string, unknown> {
  const ids = errorIds(now);
  return {
    error: problem.error,
    error_description: descriptionOf(problem, ids),
    error_codes: [problem.aadsts],
    timestamp: ids.timestamp,
    trace_id: ids.traceId,
    correlation_id: ids.correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${problem.aadsts}`,
    ...(problem.suberror === undefined ? {} : { suberror: problem.suberror }),
  };
}
