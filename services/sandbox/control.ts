// What a test may do to the sandbox: break a request, hold it, let time pass, change what the directory knows.
// The same over HTTP at control.contoso.example (README).
import type { Directory } from './directory.ts';
import type { DefaultMethod, Employee, PhoneType, SmsSignInState } from './employees.ts';
import type { Faults } from './faults.ts';
import { type GraphSwitches, graphSwitches, type Memberships } from './graph/switches.ts';
import type { HandsetStore } from './handsets/handsets.ts';
import type { AccessPolicy } from './login/access-policy.ts';
import type { SignIns } from './login/sign-in-history.ts';

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

export interface ControlParts {
  clock: Clock & { reset(): void };
  faults: Faults;
  directory: Directory;
  handsets: HandsetStore;
  signIns: SignIns;
  accessPolicy: AccessPolicy;
  switches: GraphSwitches;
  endSessions(employee: Employee): void;
  revokeRefreshTokens(employee: Employee): void;
  /** What else must be forgotten: sessions, codes, lists. */
  forget(): void;
}

export function createControl(parts: ControlParts): Control {
  const { clock, faults, directory, signIns, accessPolicy, switches } = parts;
  return {
    clock,
    fault: (rule) => faults.add(rule),
    hold: (match) => faults.hold(match),
    setPropagation: (milliseconds) => {
      directory.propagation = milliseconds;
    },
    ageSignIns: (employee, milliseconds) => signIns.age(employee.oid, milliseconds),
    endSessions: parts.endSessions,
    revokeTokens: (employee, options) => {
      signIns.revokeTokens(employee.oid);
      if (!options?.refreshTokens) return;
      parts.revokeRefreshTokens(employee);
      parts.endSessions(employee);
    },
    setSmsSignInState: (employee, smsSignInState) => directory.override(employee.oid, { smsSignInState }),
    setDefaultMethod: (employee, defaultMethod) => directory.override(employee.oid, { defaultMethod }),
    setPhone: (employee, type, number) => directory.overridePhone(employee.oid, type, number),
    removePhone: (employee, type) => directory.overridePhone(employee.oid, type, undefined),
    setStateOfNewNumbers: (state) => {
      directory.stateOfNewNumbers = state;
    },
    ignoreWrites: (count) => {
      switches.ignoredWrites = count;
    },
    allowSelfWrite: (allowed) => {
      switches.selfWrite = allowed;
    },
    allowSelfDefault: (allowed) => {
      switches.selfDefault = allowed;
    },
    setMemberships: (employee, memberships) => {
      switches.memberships.set(employee.oid, memberships);
    },
    setConsent: (consent) => {
      accessPolicy.consent = consent;
    },
    blockByAccessPolicy: (blocked) => {
      accessPolicy.blocked = blocked;
    },
    reset: () => {
      faults.clear();
      clock.reset();
      directory.reset();
      signIns.reset();
      accessPolicy.reset();
      Object.assign(switches, graphSwitches());
      parts.handsets.reset();
      parts.forget();
    },
  };
}
