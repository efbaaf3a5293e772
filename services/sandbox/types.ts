// The types of the sandbox. This file imports only modules that do not import it, so that there are no cycles.
import type { SignInFailureName, SignInPlace } from './login/sign-in-failures.ts';

export type PhoneType = 'mobile' | 'alternateMobile' | 'office';

/** Graph's `smsSignInState` of the resource `phoneAuthenticationMethod`. */
export type SmsSignInState =
  | 'notSupported'
  | 'notAllowedByPolicy'
  | 'notEnabled'
  | 'phoneNumberNotUnique'
  | 'ready'
  | 'notConfigured';

/** Graph's `userPreferredMethodForSecondaryAuthentication`. */
export type DefaultMethod = 'push' | 'oath' | 'voiceMobile' | 'voiceAlternateMobile' | 'voiceOffice' | 'sms';

/** The state of an employee's account; also the name of the constant in employees.ts. */
export type Situation =
  | 'noPhoneYet'
  | 'mobileNotEnabled'
  | 'mobileNotConfigured'
  | 'mobileReady'
  | 'numberInUse'
  | 'notAvailableByPolicy'
  | 'defaultIsMobileWithAuthenticator'
  | 'mobileIsOnlyMethod'
  | 'mobileAlternateAndOffice';

export interface Employee {
  readonly situation: Situation;
  /** A predicate for the walk-through. */
  readonly about: string;
  readonly userName: string;
  readonly password: string;
  readonly name: string;
  /** The directory's object id. */
  readonly oid: string;
  /** The mobile number of the handset, registered or not, as Graph writes it. */
  readonly mobile: string;
  readonly start: {
    /** Registered numbers at the start, as Graph writes them. */
    readonly phones: Partial<Readonly<Record<PhoneType, string>>>;
    readonly smsSignInState?: SmsSignInState;
    /** False: the organization has not made SMS sign-in available to this employee. */
    readonly smsSignInAvailable: boolean;
    readonly authenticatorApp: boolean;
    readonly defaultMethod?: DefaultMethod;
  };
}

export interface Methods {
  readonly phones: Partial<Readonly<Record<PhoneType, string>>>;
  /** Of the mobile number. */
  readonly smsSignInState: SmsSignInState | undefined;
  readonly authenticatorApp: boolean;
  readonly defaultMethod: DefaultMethod | undefined;
}

/** Absent members match every request. Preflights (OPTIONS) match only by their method. */
export interface RequestMatch {
  host?: string;
  /** Exact path without the query, or a pattern. */
  path?: string | RegExp;
  method?: string;
}

export interface FaultRule extends RequestMatch {
  /** Number of requests; absent: until `remove()` or `reset()`. */
  times?: number;
  /** 'before' (default): in place of the host; 'after': the host acts first. */
  when?: 'before' | 'after';
  /** Delay in milliseconds. */
  latency?: number;
  /** The body is JSON unless it is a string; default: the host's error format. */
  answer?: { status: number; headers?: Record<string, string>; body?: unknown };
  /** Answers 429 in the host's format; `retryAfter` in seconds, absent: no header. */
  throttle?: { retryAfter?: number };
  /** Leaves the CORS headers out of `answer` and `throttle`, so that browsers hide the answer from other origins. */
  unreadable?: boolean;
  /** Closes the connection without an answer. */
  drop?: boolean;
  /** Sends half of the announced body and closes the connection. */
  truncate?: boolean;
  /**
   * Answers in place of the host; `send` runs the host and resolves with its answer. If it throws, the connection closes
   * without an answer; if it throws a TimeoutError, the request never ends.
   */
  interfere?: Interference;
}

export type Interference = (request: Request, send: () => Promise<Response>) => Promise<Response>;

export interface Fault {
  /** How many requests the rule was applied to. */
  readonly hits: number;
  remove(): void;
}

/** One held request; later requests that match are not held. */
export interface Held {
  /** Resolves when the request has arrived ('before') or taken effect ('after'). */
  readonly arrived: Promise<void>;
  release(): void;
  /** Closes the connection without an answer. Firefox may then send the request again. */
  drop(): void;
  /** Waits until the client has closed the connection, so that it does not send the request again, and then drops it. */
  dropWhenAbandoned(): Promise<void>;
}

/** Real time plus an offset; the README lists what follows it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  readonly offset: number;
  advance(milliseconds: number): void;
}

/**
 * When a sign-in with a password asks for a second factor. 'every-sign-in': of employees who have one, as the security
 * defaults do; 'on-demand': if the claims request demands it.
 */
export type SecondFactorPolicy = 'every-sign-in' | 'on-demand';

/** Who answers the prompts for a second factor. 'by-hand': a click on the handset's page. */
export type SecondFactorAnswer = 'by-hand' | 'approve' | 'deny';

/** A prompt on a handset, such as that of an authenticator app. */
export interface Approval {
  readonly id: string;
  /** E.164. */
  readonly number: string;
  readonly employee: Employee;
  /** On the sandbox's clock. */
  readonly at: number;
  readonly state: 'waiting' | 'approved' | 'denied' | 'timed-out';
}

/** Object ids. */
export interface Memberships {
  groups?: readonly string[];
  directoryRoles?: readonly string[];
}

/** Members of a `phoneAuthenticationMethod` that Graph's metadata lets be null. */
export interface ShownPhone {
  phoneNumber?: string | null;
  phoneType?: string | null;
  smsSignInState?: string | null;
}

export interface FurtherMethod {
  /** The lists that contain it. */
  lists: readonly ('phoneMethods' | 'methods')[];
  method: Readonly<Record<string, unknown>>;
}

/** The member `access_token` of a claims request, by claim. */
export type DemandedClaims = Readonly<
  Record<string, { essential?: boolean | undefined; value?: unknown; values?: readonly unknown[] | undefined } | null>
>;

/** A claims challenge, repeated until a token was requested with the claims. */
export interface ClaimsDemand {
  /** 'preferences': only the beta resource `signInPreferences`. 'token': the token endpoint. */
  where: 'graph-read' | 'graph-write' | 'preferences' | 'token';
  /** If `where` is 'token': the identifier of the resource whose tokens are meant. Absent: all resources. */
  resource?: string;
  /** Default: every user. */
  employee?: Employee;
  claims: DemandedClaims;
  /** A refresh or `prompt=none` with the claims satisfies it, too. */
  isMetSilently?: boolean;
  /** Of the header; default 'base64'. 'unpadded': Base64 without padding. */
  encoding?: 'base64' | 'base64url' | 'unpadded';
  /** Of the challenges; default 'several-headers'. */
  layout?: 'several-headers' | 'one-header' | 'other-scheme-first';
  /** AADSTS number at the token endpoint; default 50076. */
  number?: 50076 | 50079 | 50158;
}

/** Members of the discovery document, such as `tenant_region_sub_scope` of a US Government tenant; null: absent. */
export type TenantRegion = Readonly<Record<string, string | null>>;

/**
 * State of the Conditional Access policy that covers the authentication contexts `c1` … `c99`. It demands a second
 * factor every time.
 */
export type ContextPolicy = 'on' | 'report-only' | 'none';

/**
 * Settings of the gateway's app registration. Source: Microsoft identity platform, "App manifest"
 * (`requestedAccessTokenVersion`) and "Optional claims".
 */
export interface GatewayRegistration {
  /** Of access tokens for the gateway; a new registration has 1. */
  tokenVersion: 1 | 2;
  /** Whether these tokens have the optional claim `auth_time`; a new registration has no optional claims. */
  authTime: boolean;
}

/** Pages that a silent authorization request (`prompt=none`) passes through before it is answered. */
export interface ScriptPages {
  count: number;
  /** After which a page goes on to the next; 'never': it stays. */
  milliseconds: number | 'never';
}

export interface Control {
  readonly clock: Clock;
  fault(rule: FaultRule): Fault;
  hold(match: RequestMatch & { when: 'before' | 'after' }): Held;
  /** Delay in milliseconds until Graph's reads show a write. */
  setPropagation(milliseconds: number): void;
  /**
   * For this long after a write shows, Graph's reads alternate between the new and the old methods, as replicas answer them;
   * default 0.
   */
  flipReads(milliseconds: number): void;
  /** Makes the employee's existing sessions, second factors and tokens appear older. */
  ageSignIns(employee: Employee, milliseconds: number): void;
  endSessions(employee: Employee): void;
  /** Answers existing access tokens with a claims challenge; `refreshTokens` also revokes the refresh tokens. */
  revokeTokens(employee: Employee, options?: { refreshTokens?: boolean }): void;
  setSmsSignInState(employee: Employee, state: SmsSignInState): void;
  setDefaultMethod(employee: Employee, method: DefaultMethod | undefined): void;
  /** The number in international or British national form. */
  setPhone(employee: Employee, type: PhoneType, number: string): void;
  removePhone(employee: Employee, type: PhoneType): void;
  /** State of new and changed mobile numbers if SMS sign-in is available; default 'ready'. */
  setStateOfNewNumbers(state: 'ready' | 'notEnabled' | 'notConfigured'): void;
  /** The next writes to Graph succeed without effect. */
  ignoreWrites(count: number): void;
  /** Whether users may create and change their own phones through Graph; default false. */
  allowSelfWrite(allowed: boolean): void;
  /** Whether users may change their own default method through Graph; default false. */
  allowSelfDefault(allowed: boolean): void;
  /** The employee's groups and directory roles; default none. */
  setMemberships(employee: Employee, memberships: Memberships): void;
  /** Graph's reads show these values in place of those of the phone; default none. */
  showPhoneAs(employee: Employee, type: PhoneType, shown: ShownPhone): void;
  /** Graph's lists contain another method, of a type that the sandbox does not have; default none. */
  addMethod(employee: Employee, further: FurtherMethod): void;
  /** Entries in a page of Graph's lists; default all of them. */
  setPageSize(entries: number): void;
  /** Sign-in preferences say that the system prefers a method, which is named in an undocumented member; default none. */
  preferSystemMethod(method: string): void;
  /** Graph answers reads of the sign-in preferences with this status; default it answers them. */
  failPreferences(status: number): void;
  /**
   * Scopes, without their resource, and application permissions with admin consent. 'missing': an administrator has to consent to
   * the scopes. 'users': the user has to.
   */
  setConsent(consent: 'all' | 'missing' | 'users' | readonly string[]): void;
  /** The admin consent workflow: users without consent may request approval (AADSTS90095); default off (AADSTS90094). */
  allowConsentRequests(allowed: boolean): void;
  /** Graph and the token endpoint demand claims, in this order; default none. */
  demandClaims(demands: readonly ClaimsDemand[]): void;
  /** Refuses every sign-in of the single-page application at that place, with a row of `sign-in-failures.ts`; default none. */
  failSignIns(failure: { where: SignInPlace; family: SignInFailureName }): void;
  /** The discovery of the global cloud describes a tenant of another cloud; default the global cloud. */
  describeTenantAs(region: TenantRegion): void;
  /** Silent authorization requests are answered by way of pages that continue by script; default at once. */
  answerSilentlyByScript(pages: ScriptPages): void;
  /** Whether a policy covers the authentication contexts; default 'on'. */
  setContextPolicy(state: ContextPolicy): void;
  /** Excludes the employee from the policy that covers the authentication contexts; default nobody. */
  excludeFromContexts(employee: Employee): void;
  /** Changes settings of the gateway's app registration; default those of the option `gatewayRegistration`. */
  setGatewayRegistration(settings: Partial<GatewayRegistration>): void;
  /** Default 'every-sign-in'. */
  setSecondFactorPolicy(policy: SecondFactorPolicy): void;
  /** Default: see `SandboxOptions`. */
  answerSecondFactors(answer: SecondFactorAnswer): void;
  /** The access policy refuses sign-ins and tokens with AADSTS53003. */
  blockByAccessPolicy(blocked: boolean): void;
  /** Restores the initial state, including sessions, tokens, texts, the clock and the lists of requests. */
  reset(): void;
}

export interface SandboxOptions {
  /** 0 (default): any free port. */
  proxyPort?: number;
  /** Deviates from the standards as Entra does (default); false: plain oidc-provider. */
  entraLike?: boolean;
  /** Redirect URIs of the single-page application. */
  redirectUris: readonly string[];
  /** Additional hosts by name. */
  extraHosts?: Readonly<Record<string, (request: Request) => Response | Promise<Response>>>;
  /** Delay in milliseconds until Graph's reads show a write; default 0. */
  propagation?: number;
  /** Default: a new registration. */
  gatewayRegistration?: GatewayRegistration;
  /** Who answers the prompts for a second factor; default 'by-hand'. */
  secondFactors?: SecondFactorAnswer;
  /** False: logs each request to standard output; default true. */
  quiet?: boolean;
}

/** What a request asks for. Absent: something else, such as discovery, a page of the sign-in or a preflight. */
export type RequestPurpose = 'authorize' | 'authorize silently' | 'token' | 'read' | 'write';

export interface SandboxRequest {
  at: number;
  /** `read` and `write` are requests to Graph; `authorize` is the first request of a sign-in, not the pages after it. */
  purpose?: RequestPurpose;
  /** Of an authorize request: a digest of its client, login hint and claims, equal when they are the same. */
  demand?: string;
  /** Of the answer; absent while there is none. */
  status?: number;
  /** The answer ends a sign-in with a code. */
  completesSignIn?: true;
  host: string;
  method: string;
  /** Without the query, which may contain codes and numbers. */
  path: string;
  origin?: string;
  /** The header `client-request-id`; equal when a browser repeats a request after a broken connection. */
  clientRequestId?: string;
  userAgentKind: 'chromium' | 'firefox' | 'node' | 'other';
}

export interface Text {
  to: string;
  from: string;
  body: string;
  at: number;
}

export interface Handsets {
  /** Newest first. Numbers are in international or British national form. */
  texts(number: string): readonly Text[];
  deliver(text: { to: string; body: string; from?: string }): void;
  /** The prompts for a second factor that wait for an answer, newest first. */
  approvals(number: string): readonly Approval[];
  /** Answers a prompt that waits. @returns false if none with this id waits */
  answer(id: string, answer: 'approve' | 'deny'): boolean;
  /**
   * Resolves with the newest text, or waits for one.
   * @param options `after`: ignores texts up to this one, or before this time of the sandbox's clock; `timeout` in
   * milliseconds, default 10 s
   */
  waitForText(number: string, options?: { after?: number | Text; timeout?: number }): Promise<Text>;
}

export interface Tenant {
  readonly id: string;
  readonly domain: string;
  /** Of the platform "Single-page application". */
  readonly clientId: string;
  /** Of the platform "Mobile and desktop", with the redirect URI http://localhost. */
  readonly nativeClientId: string;
  readonly gateway: {
    readonly clientId: string;
    /** `aud` of access tokens for the gateway. */
    readonly audience: string;
    /** With its resource. */
    readonly scope: string;
    readonly secret: string;
    readonly certificatePem: string;
    readonly privateKeyPem: string;
  };
}

export interface Sandbox {
  readonly proxyPort: number;
  readonly certificate: { readonly pem: string; readonly keyPem: string; readonly spkiSha256Base64: string };
  readonly tenant: Tenant;
  readonly employees: Readonly<Record<Situation, Employee>>;
  readonly control: Control;
  /** Requests to sandbox hosts, oldest first. */
  readonly requests: readonly SandboxRequest[];
  /** Hosts that the proxy refused, without duplicates. */
  readonly refusedHosts: readonly string[];
  readonly handsets: Handsets;
  /** The current methods, regardless of the propagation time. */
  methodsOf(employee: Employee): Methods;
  /** Sends a request over TLS without the proxy; does not follow redirects. */
  fetch(url: string | URL, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}
