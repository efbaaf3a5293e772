// A single-page application without an OAuth library, for the tests of the sandbox.
import { createHash, randomBytes } from 'node:crypto';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import type { Employee, Sandbox } from '../../../services/sandbox/sandbox.ts';
import { Visitor } from './visitor.ts';

export const graphScope = 'https://graph.microsoft.com/UserAuthenticationMethod.ReadWrite';
export const phoneScope = 'https://graph.microsoft.com/UserAuthMethod-Phone.ReadWrite';
const origin = new URL(redirectUris.chromium).origin;

export interface Tokens {
  access_token: string;
  id_token: string;
  refresh_token: string;
  scope: string;
  expires_in: number;
}

export class Application {
  readonly visitor: Visitor;
  #sandbox: Sandbox;
  readonly verifier = randomBytes(32).toString('base64url');

  constructor(sandbox: Sandbox, visitor = new Visitor(sandbox)) {
    this.#sandbox = sandbox;
    this.visitor = visitor;
  }

  authorizeUrl(parameters: Record<string, string> = {}, tenant = this.#sandbox.tenant.id): URL {
    const url = new URL(`https://login.microsoftonline.com/${tenant}/oauth2/v2.0/authorize`);
    const all = {
      client_id: this.#sandbox.tenant.clientId,
      response_type: 'code',
      redirect_uri: redirectUris.chromium,
      scope: `openid profile offline_access ${graphScope}`,
      state: 'a-state',
      nonce: 'a-nonce',
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...parameters,
    };
    for (const [name, value] of Object.entries(all)) if (value !== '') url.searchParams.set(name, value);
    return url;
  }

  /** Signs in interactively. @returns the parameters of the redirect */
  async authorize(employee: Employee, parameters: Record<string, string> = {}): Promise<URLSearchParams> {
    const page = await this.visitor.open(this.authorizeUrl(parameters));
    return (await this.visitor.signIn(page, employee)).url.searchParams;
  }

  /** `prompt=none`. */
  async authorizeSilently(parameters: Record<string, string> = {}): Promise<URLSearchParams> {
    return (await this.visitor.open(this.authorizeUrl({ prompt: 'none', ...parameters }))).url.searchParams;
  }

  token(fields: Record<string, string>, headers: Record<string, string> = { origin }): Promise<Response> {
    return this.#sandbox.fetch(`https://login.microsoftonline.com/${this.#sandbox.tenant.id}/oauth2/v2.0/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ client_id: this.#sandbox.tenant.clientId, ...fields }),
    });
  }

  redeem(answer: URLSearchParams, fields: Record<string, string> = {}, headers?: Record<string, string>) {
    return this.token(
      {
        grant_type: 'authorization_code',
        code: answer.get('code') ?? '',
        redirect_uri: redirectUris.chromium,
        code_verifier: this.verifier,
        ...fields,
      },
      headers,
    );
  }

  refresh(refreshToken: string, fields: Record<string, string> = {}): Promise<Response> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...fields });
  }

  async signIn(employee: Employee, parameters: Record<string, string> = {}): Promise<Tokens> {
    const response = await this.redeem(await this.authorize(employee, parameters));
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as Tokens;
  }

  /** @param path begins with the version */
  graph(accessToken: string, path: string, method = 'GET', body?: unknown): Promise<Response> {
    return this.#sandbox.fetch(`https://graph.microsoft.com/${path}`, {
      method,
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}
