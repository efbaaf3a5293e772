// Faults that end a token of the extension.

/** Graph refuses an expired access token once, without a claims challenge. */
export const accessTokenEnded = { host: 'graph.microsoft.com', method: 'GET', times: 1, answer: { status: 401 } };
/** The refresh token has expired. Moving the sandbox's clock would also move the extension's. */
export const refreshTokenEnded = {
  host: 'login.microsoftonline.com',
  method: 'POST',
  path: /\/token$/,
  times: 1,
  answer: { status: 400, body: { error: 'invalid_grant', error_description: 'AADSTS700084: It is now expired.' } },
};
