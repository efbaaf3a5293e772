// The types the parts of the sandbox share, and the sandbox's interface to tests and scripts.

export type PhoneType = 'mobile' | 'alternateMobile' | 'office';

/** Graph's `smsSignInState` (facts of the resource `phoneAuthenticationMethod`). */
export type SmsSignInState =
  | 'notSupported'
  | 'notAllowedByPolicy'
  | 'notEnabled'
  | 'phoneNumberNotUnique'
  | 'ready'
  | 'notConfigured';

/** Graph's `userPreferredMethodForSecondaryAuthentication`. */
export type DefaultMethod = 'push' | 'oath' | 'voiceMobile' | 'voiceAlternateMobile' | 'voiceOffice' | 'sms';

/** What an employee's account is like; also the constant's name. */
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
  /** In plain words, for the walk-through. */
  readonly about: string;
  readonly userName: string;
  readonly password: string;
  readonly name: string;
  /** The directory's object id. */
  readonly oid: string;
  /** The own mobile number, registered or not, as Graph writes it; its handset receives texts. */
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
  /** Of the mobile; the other types have none. */
  readonly smsSignInState: SmsSignInState | undefined;
  readonly authenticatorApp: boolean;
  readonly defaultMethod: DefaultMethod | undefined;
}

/** Which requests a rule is for; what is left out matches all. Preflights (OPTIONS) match only by their method. */
export interface RequestMatch {
  host?: string;
  /** Exact path without the query, or a pattern. */
  path?: string | RegExp;
  method?: string;
}

export interface FaultRule extends RequestMatch {
  /** For how many requests; without it until `remove()` or `reset()`. */
  times?: number;
  /** 'before' (default) answers in place of the host, 'after' lets the host act first. */
  when?: 'before' | 'after';
  /** Waits before going on, in milliseconds. */
  latency?: number;
  /** Answers this; the body is JSON unless it is a string. Default body: the host's usual error shape. */
  answer?: { status: number; headers?: Record<string, string>; body?: unknown };
  /** Answers 429 as the host does; `retryAfter` in seconds, left out: no such header. */
  throttle?: { retryAfter?: number };
  /** Ends the connection without an answer. */
  drop?: boolean;
  /** Announces the whole body, sends half of it and ends the connection. */
  truncate?: boolean;
  /**
   * Answers whatever this answers: `send` lets the host act and gives its true answer. Where it throws, the connection ends
   * without an answer; where a time-out is thrown, there is never one.
   */
  interfere?: Interference;
}

/** Changes what happens to a request, before or after the service has seen it. */
export type Interference = (request: Request, send: () => Promise<Response>) => Promise<Response>;

export interface Fault {
  /** How many requests it took part in. */
  readonly hits: number;
  remove(): void;
}

/** One request held; the next one that matches is not. */
export interface Held {
  /** Settles when the request is there ('before') or has taken effect ('after'). */
  readonly arrived: Promise<void>;
  release(): void;
  /** Ends the connection in place of an answer. */
  drop(): void;
}

/** The sandbox's clock: real time plus an offset. The README says what follows it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  readonly offset: number;
  advance(milliseconds: number): void;
}

/** Ids of what an employee belongs to. */
export interface Memberships {
  groups?: readonly string[];
  directoryRoles?: readonly string[];
}

export interface Control {
  readonly clock: Clock;
  fault(rule: FaultRule): Fault;
  hold(match: RequestMatch & { when: 'before' | 'after' }): Held;
  /** Until a write shows in Graph's reads, in milliseconds. */
  setPropagation(milliseconds: number): void;
  /** Makes all sign-ins of the employee so far (sessions and tokens) look older. */
  ageSignIns(employee: Employee, milliseconds: number): void;
  endSessions(employee: Employee): void;
  /** Access tokens issued so far are answered with a claims challenge; with `refreshTokens` those end as well. */
  revokeTokens(employee: Employee, options?: { refreshTokens?: boolean }): void;
  setSmsSignInState(employee: Employee, state: SmsSignInState): void;
  setDefaultMethod(employee: Employee, method: DefaultMethod | undefined): void;
  /** As Graph writes it, "+44 7700900101", or in any familiar international form. */
  setPhone(employee: Employee, type: PhoneType, number: string): void;
  removePhone(employee: Employee, type: PhoneType): void;
  /** The state a newly added or changed mobile number gets where SMS sign-in is available; default 'ready'. */
  setStateOfNewNumbers(state: 'ready' | 'notEnabled' | 'notConfigured'): void;
  /** The next writes at Graph answer success without effect. */
  ignoreWrites(count: number): void;
  /** Whether an employee may create or change own phones through Graph (documents contradict each other); default true. */
  allowSelfWrite(allowed: boolean): void;
  /** Whether an employee may change the own default method through Graph (unknown); default true. */
  allowSelfDefault(allowed: boolean): void;
  /** The groups and directory roles Graph names for the employee, by id; default none. */
  setMemberships(employee: Employee, memberships: Memberships): void;
  /** Scopes an administrator has consented to, without resource; 'missing': AADSTS65001. */
  setConsent(consent: 'all' | 'missing' | readonly string[]): void;
  /** Access policy refuses sign-in and tokens: AADSTS53003. */
  blockByAccessPolicy(blocked: boolean): void;
  /** Everything as at the start, also sessions, tokens, texts, the clock and the lists of requests. */
  reset(): void;
}

export interface SandboxOptions {
  /** 0 (default): a free port. A taken port rejects with a clear error. */
  proxyPort?: number;
  /** Departs from the standard where Entra does (default); false: the certified provider as it is. */
  entraLike?: boolean;
  /** Of the single-page application, see lib/shared/model/extension-ids.ts. */
  redirectUris: readonly string[];
  /** Further hosts by name, for instance the gateway. */
  extraHosts?: Readonly<Record<string, (request: Request) => Response | Promise<Response>>>;
  /** Until a write shows in Graph's reads, in milliseconds; default 0. */
  propagation?: number;
  /** False: one line per request on standard output; default true. */
  quiet?: boolean;
}

export interface SandboxRequest {
  at: number;
  host: string;
  method: string;
  /** Without the query, which may carry codes and numbers. */
  path: string;
  origin?: string;
  /** What the client calls this request, if it does: the same where a browser repeats one whose connection broke. */
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
  /** Texts received by a number, newest first. Numbers in any familiar international form. */
  texts(number: string): readonly Text[];
  deliver(text: { to: string; body: string; from?: string }): void;
  /**
   * The newest text that came after `after`, a text or a time of the sandbox's clock in milliseconds (default: the newest of
   * all); waits for one when there is none, and rejects after `timeout` milliseconds (default 10 s).
   */
  waitForText(number: string, options?: { after?: number | Text; timeout?: number }): Promise<Text>;
}

export interface Tenant {
  readonly id: string;
  readonly domain: string;
  /** Platform "Single-page application" with the given redirect URIs. */
  readonly clientId: string;
  /** Platform "Mobile and desktop", redirect URI http://localhost. */
  readonly nativeClientId: string;
  readonly gateway: {
    readonly clientId: string;
    /** `aud` of the gateway's access tokens. */
    readonly audience: string;
    /** The scope to ask for, with its resource. */
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
  /** Every request that reached a sandbox host, oldest first. */
  readonly requests: readonly SandboxRequest[];
  /** Hosts the proxy refused, each once. */
  readonly refusedHosts: readonly string[];
  readonly handsets: Handsets;
  /** What the directory knows of an employee at this moment, whatever reads show yet. */
  methodsOf(employee: Employee): Methods;
  /** Asks a sandbox host by its real name, over real TLS, without a proxy. Redirects are not followed. */
  fetch(url: string | URL, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}
