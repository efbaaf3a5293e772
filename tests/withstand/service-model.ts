// A simple, fast model of an organization's services for long random runs. tests/conformance compares the adapters with the
// sandbox.
import type { RequestPurpose, SandboxRequest } from '../../services/sandbox/sandbox.ts';
import type { Service } from '../browser-in-memory.ts';

export type ModelType = 'mobile' | 'alternateMobile' | 'office';

interface Phone {
  id: string;
  number: string;
  sms: 'ready' | 'notEnabled' | 'notSupported';
}

interface Text {
  to: string;
  code: string;
}

export interface Challenge {
  at: 'read' | 'write' | 'token';
  /** How many sign-ins or refreshes with its claims satisfy it, one value after the other. */
  times: number;
  isMetSilently: boolean;
}

interface Verification {
  id: string;
  number: string;
  type: ModelType;
  state: 'sent' | 'done' | 'failed' | 'cancelled';
  code: string;
  older: string[];
  sentAt: number;
  left: number;
}

const login = 'login.microsoftonline.com';
const modelGateway = 'gateway.contoso.example';
export const modelTenant = '7e000000-0000-4000-8000-00000000c0de';
const modelClient = 'c1000000-0000-4000-8000-000000000001';
const ownOid = '0e000000-0000-4000-8000-000000000001';
export const modelAccount = `${modelTenant}.${ownOid}`;
export const modelConnection = {
  cloud: 'global' as const,
  tenant: modelTenant,
  clientId: modelClient,
  gateway: { url: `https://${modelGateway}`, scope: 'api://gateway/PhoneVerification' },
};

const minute = 60_000;
const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const encode = (value: unknown) =>
  btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

export class ServiceModel implements Service {
  readonly phones = new Map<ModelType, Phone>();
  default: 'sms' | 'push' = 'push';
  /** The user of the session. */
  oid = ownOid;
  /** The clock of the service minus the clock of the machine. */
  skew = 0;
  /** How long reads do not show a write. */
  propagation = 0;
  readonly texts: Text[] = [];
  /** Every write and every text message, in order. */
  readonly carriedOut: string[] = [];
  /** As the sandbox records them. */
  readonly requests: SandboxRequest[] = [];
  /** What the service demands: an `acrs` value, another after each that was satisfied. */
  challenge: Challenge | undefined;
  #demanded = 0;
  /** When the user last typed a password. */
  #signedInAt = Number.NEGATIVE_INFINITY;
  #session = false;
  #codes = new Map<string, { nonce: string; authTime: number }>();
  #tokens = new Map<string, { until: number; authTime: number }>();
  #refresh = new Map<string, { until: number; authTime: number }>();
  readonly verifications = new Map<string, Verification>();
  #before: { until: number; phones: Map<ModelType, Phone>; default: 'sms' | 'push' }[] = [];
  #next = 0;

  get now(): number {
    return Date.now() + this.skew;
  }

  /** A change without the extension. */
  changeElsewhere(change: () => void): void {
    change();
    this.#before = [];
  }

  register(
    type: ModelType,
    number: string,
    sms: Phone['sms'] = type === 'mobile' ? 'notEnabled' : 'notSupported',
  ): void {
    this.phones.set(type, { id: `${type}-${this.#name()}`, number, sms });
  }

  /** Another run of the service, with the state of an earlier one. */
  restore(
    state: Pick<ServiceModel, 'default'> & { phones: [ModelType, Phone][]; verifications: [string, Verification][] },
  ): void {
    this.default = state.default;
    for (const [type, phone] of state.phones) this.phones.set(type, phone);
    for (const [id, verification] of state.verifications) this.verifications.set(id, verification);
  }

  /** The user signs in on a page of the service. */
  startSession(): void {
    this.#session = true;
    this.#signedInAt = this.now;
  }

  endSession(): void {
    this.#session = false;
  }

  revokeTokens(): void {
    this.#tokens.clear();
    this.#refresh.clear();
  }

  async signIn(url: URL, interactive: boolean): Promise<string> {
    const query = url.searchParams;
    this.#record(interactive ? 'authorize' : 'authorize silently', url, 'GET');
    const back = new URL(query.get('redirect_uri') ?? '');
    back.searchParams.set('state', query.get('state') ?? '');
    const met = this.#valueIn(query.get('claims'));
    if (!interactive && met && !this.challenge?.isMetSilently && met === this.#value) {
      back.searchParams.set('error', 'interaction_required');
      return back.href;
    }
    const isFreshWanted = query.get('claims')?.includes('ngcmfa') && this.now - this.#signedInAt > 10 * minute;
    if (!this.#session || isFreshWanted) {
      if (!interactive) {
        back.searchParams.set('error', 'login_required');
        return back.href;
      }
      this.#session = true;
      this.#signedInAt = this.now;
    }
    const code = this.#name();
    this.#codes.set(code, { nonce: query.get('nonce') ?? '', authTime: this.#signedInAt });
    this.#meet(met);
    back.searchParams.set('code', code);
    this.#record(undefined, url, 'GET').completesSignIn = true;
    return back.href;
  }

  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const read = request.method === 'GET' ? 'read' : 'write';
    const purpose = url.host === login ? 'token' : url.host === modelGateway ? undefined : read;
    const isNamed = url.host !== login || request.method === 'POST';
    const recorded = this.#record(isNamed ? purpose : undefined, url, request.method);
    const answer = await this.#answer(request, url);
    recorded.status = answer.status;
    return answer;
  }

  #record(purpose: RequestPurpose | undefined, { host, pathname, searchParams }: URL, method: string): SandboxRequest {
    const named = purpose ? { purpose, demand: searchParams.get('claims') ?? '' } : {};
    const recorded = { at: this.now, host, method, path: pathname, userAgentKind: 'node' as const, ...named };
    this.requests.push(recorded);
    return recorded;
  }

  get #value(): string {
    return `c${this.#demanded}`;
  }

  #valueIn(claims: string | null): string | undefined {
    return /"acrs":\{[^}]*"value":"(c\d+)"/.exec(claims ?? '')?.[1];
  }

  #meet(value: string | undefined): void {
    if (!this.challenge || value !== this.#value) return;
    this.#demanded += 1;
    this.challenge.times -= 1;
    if (this.challenge.times <= 0) this.challenge = undefined;
  }

  get #claims(): string {
    return JSON.stringify({ access_token: { acrs: { essential: true, value: this.#value } } });
  }

  async #answer(request: Request, { host, pathname }: URL): Promise<Response> {
    if (host === login && pathname.endsWith('openid-configuration')) return this.#metadata();
    if (host === login) return this.#token(new URLSearchParams(await request.text()));
    const bearer = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
    const token = this.#tokens.get(bearer ?? '');
    const isKnown = token !== undefined && token.until > this.now;
    const isFresh = isKnown && this.now - token.authTime <= 10 * minute;
    if (host === modelGateway) {
      if (!isKnown) return this.#problem(401, 'signed-out');
      return this.#verify(request, pathname.split('/').slice(3), isFresh);
    }
    if (!isKnown) return json(401, { error: { code: 'InvalidAuthenticationToken' } });
    if (this.challenge?.at === (request.method === 'GET' ? 'read' : 'write')) {
      const authenticate = `Bearer error="insufficient_claims", claims="${btoa(this.#claims)}"`;
      return json(401, { error: { code: 'InvalidAuthenticationToken' } }, { 'www-authenticate': authenticate });
    }
    if (request.method !== 'GET' && !isFresh) return json(403, { error: { code: 'accessDenied' } });
    return this.#graph(request, pathname);
  }

  #metadata(): Response {
    const issuer = `https://${login}/${modelTenant}/v2.0`;
    const endpoint = (name: string) => `https://${login}/${modelTenant}/oauth2/v2.0/${name}`;
    return json(200, { issuer, authorization_endpoint: endpoint('authorize'), token_endpoint: endpoint('token') });
  }

  #token(fields: URLSearchParams): Response {
    const given =
      fields.get('grant_type') === 'refresh_token'
        ? this.#refresh.get(fields.get('refresh_token') ?? '')
        : this.#codes.get(fields.get('code') ?? '');
    this.#codes.delete(fields.get('code') ?? '');
    if (!given || ('until' in given && given.until <= this.now)) {
      return json(400, { error: 'invalid_grant', error_description: 'AADSTS700084: it has ended.' });
    }
    if (this.challenge?.isMetSilently) this.#meet(this.#valueIn(fields.get('claims')));
    const isRefused = this.challenge?.at === 'token' || this.#valueIn(fields.get('claims')) === this.#value;
    if (this.challenge && isRefused) {
      const description = 'AADSTS50076: You must use multi-factor authentication.';
      return json(400, { error: 'interaction_required', error_description: description, claims: this.#claims });
    }
    const { authTime } = given;
    const access = this.#name();
    const refresh = this.#name();
    this.#tokens.set(access, { until: this.now + 60 * minute, authTime });
    const until = 'until' in given ? given.until : this.now + 24 * 60 * minute;
    this.#refresh.set(refresh, { until: until as number, authTime });
    const iat = Math.floor(this.now / 1000);
    const claims = {
      iss: `https://${login}/${modelTenant}/v2.0`,
      aud: modelClient,
      sub: this.oid,
      oid: this.oid,
      tid: modelTenant,
      iat,
      exp: iat + 3600,
      preferred_username: 'person@contoso.example',
      ...('nonce' in given ? { nonce: given.nonce } : {}),
    };
    const scope =
      fields.get('scope')?.split(' ').at(-1) ?? 'https://graph.microsoft.com/UserAuthenticationMethod.ReadWrite';
    return json(200, {
      token_type: 'Bearer',
      access_token: access,
      refresh_token: refresh,
      expires_in: 3600,
      scope,
      id_token: `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}.${encode('signature')}`,
    });
  }

  async #graph(request: Request, path: string): Promise<Response> {
    const what = `${request.method} ${path.split('/').slice(-1)[0]}`;
    const shown = this.#shown();
    if (request.method === 'GET' && path.endsWith('/phoneMethods')) {
      const value = [...shown.phones].map(([phoneType, { id, number, sms }]) => ({
        id,
        phoneType,
        phoneNumber: number,
        smsSignInState: sms,
      }));
      return json(200, { value });
    }
    if (request.method === 'GET' && path.endsWith('/signInPreferences')) {
      return json(200, {
        userPreferredMethodForSecondaryAuthentication: shown.default,
        isSystemPreferredAuthenticationMethodEnabled: false,
      });
    }
    if (request.method === 'GET') {
      return json(200, { value: [{ '@odata.type': '#microsoft.graph.microsoftAuthenticatorAuthenticationMethod' }] });
    }
    if (request.method === 'PATCH') {
      const body = (await request.json()) as Record<string, string>;
      const wanted = body.userPreferredMethodForSecondaryAuthentication;
      if (wanted === 'sms' && !this.phones.has('mobile')) return json(400, { error: { code: 'badRequest' } });
      this.#carryOut(`default ${wanted}`, () => {
        this.default = wanted === 'sms' ? 'sms' : 'push';
      });
      return new Response(null, { status: 204 });
    }
    const id = path.split('/phoneMethods/')[1]?.split('/')[0];
    const [type, phone] = [...this.phones].find(([, each]) => each.id === id) ?? [];
    if (!type || !phone) return json(404, { error: { code: 'resourceNotFound' } });
    if (request.method === 'DELETE') {
      if (this.default === 'sms' && type === 'mobile') return json(400, { error: { code: 'badRequest' } });
      if (type === 'mobile' && this.phones.has('alternateMobile')) return json(400, { error: { code: 'badRequest' } });
      this.#carryOut(`remove ${id}`, () => this.phones.delete(type));
      return new Response(null, { status: 204 });
    }
    if (type !== 'mobile') return json(400, { error: { code: 'badRequest' } });
    const sms = what.endsWith('enableSmsSignIn') ? 'ready' : 'notEnabled';
    this.#carryOut(`${sms} ${id}`, () => this.phones.set(type, { ...phone, sms }));
    return new Response(null, { status: 204 });
  }

  async #verify(request: Request, [id = '', action]: string[], isFresh: boolean): Promise<Response> {
    const known = this.verifications.get(id);
    if (request.method === 'PUT') {
      if (known) return known.state === 'cancelled' ? this.#problem(409, 'invalid-request') : this.#challenge(known);
      if (!isFresh) {
        const claims = JSON.stringify({ access_token: { amr: { essential: true, values: ['ngcmfa'] } } });
        return this.#problem(401, 'needs-step-up', { claims });
      }
      const { number, type } = (await request.json()) as { number: string; type: ModelType };
      if (this.phones.has(type)) return this.#problem(409, 'too-many-phones');
      for (const [other, each] of this.verifications) {
        if (each.state === 'sent') this.verifications.set(other, { ...each, state: 'cancelled' });
      }
      const made: Verification = { id, number, type, state: 'sent', code: '', older: [], sentAt: 0, left: 5 };
      this.verifications.set(id, made);
      this.#text(made);
      return this.#challenge(made);
    }
    if (!known || known.state === 'cancelled') return this.#problem(404, 'not-found');
    if (request.method === 'DELETE') {
      known.state = known.state === 'sent' ? 'cancelled' : known.state;
      return new Response(null, { status: 204 });
    }
    if (request.method === 'GET') return this.#challenge(known);
    if (known.state === 'failed') return this.#problem(429, 'too-many-attempts');
    if (known.state === 'done') return this.#problem(409, 'code-used');
    if (action === 'resend') {
      const retryAt = known.sentAt + 30_000;
      if (retryAt > this.now) return this.#problem(429, 'send-throttled', { retryAt });
      known.older.push(known.code);
      this.#text(known);
      return this.#challenge(known);
    }
    if (this.now >= known.sentAt + 10 * minute) return this.#problem(410, 'code-expired');
    const { code } = (await request.json()) as { code: string };
    if (code === known.code) {
      known.state = 'done';
      this.#carryOut(`register ${id}`, () => this.register(known.type, known.number));
      return this.#challenge(known);
    }
    if (known.older.includes(code)) return this.#problem(409, 'code-replaced');
    known.left -= 1;
    if (known.left > 0) return this.#problem(422, 'wrong-code', { attemptsLeft: known.left });
    known.state = 'failed';
    return this.#problem(429, 'too-many-attempts', { attemptsLeft: 0 });
  }

  #text(verification: Verification): void {
    verification.code = String(100_000 + this.#name().length + this.#next);
    verification.sentAt = this.now;
    this.texts.push({ to: verification.number, code: verification.code });
    this.carriedOut.push(`text ${verification.id}`);
  }

  #challenge({ id, state, number, sentAt, left }: Verification): Response {
    return json(200, {
      id,
      state,
      sentTo: `+44 •••• ${number.slice(-3)}`,
      codeLength: 6,
      sentAt,
      expiresAt: sentAt + 10 * minute,
      resendAt: sentAt + 30_000,
      attemptsLeft: left,
      now: this.now,
      ...(state === 'failed' ? { error: { kind: 'too-many-attempts', at: sentAt } } : {}),
    });
  }

  #problem(status: number, kind: string, more: Record<string, unknown> = {}): Response {
    return json(status, { type: `urn:phone-sign-in:problem:${kind}`, title: kind, status, now: this.now, ...more });
  }

  #carryOut(what: string, change: () => void): void {
    this.carriedOut.push(what);
    if (this.propagation > 0) {
      this.#before.push({ until: this.now + this.propagation, phones: new Map(this.phones), default: this.default });
    }
    change();
  }

  /** The state that reads show. */
  #shown(): { phones: Map<ModelType, Phone>; default: 'sms' | 'push' } {
    this.#before = this.#before.filter(({ until }) => until > this.now);
    return this.#before[0] ?? { phones: this.phones, default: this.default };
  }

  #name(): string {
    this.#next += 1;
    return `n${this.#next}`;
  }
}
