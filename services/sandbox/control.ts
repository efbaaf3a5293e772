import type { Directory } from './directory.ts';
import type { Faults } from './faults.ts';
import { type GraphSwitches, graphSwitches } from './graph/switches.ts';
import type { HandsetStore } from './handsets/handsets.ts';
import type { AccessPolicy } from './login/access-policy.ts';
import type { ClaimsDemands } from './login/claims-demands.ts';
import { placesOf } from './login/sign-in-failures.ts';
import type { SignIns } from './login/sign-in-history.ts';
import { type SignInSwitches, signInSwitches } from './login/switches.ts';
import type { Clock, Control, Employee, GatewayRegistration } from './types.ts';

export interface ControlParts {
  clock: Clock & { reset(): void };
  faults: Faults;
  directory: Directory;
  handsets: HandsetStore;
  signIns: SignIns;
  accessPolicy: AccessPolicy;
  switches: GraphSwitches;
  signInService: SignInSwitches;
  demands: ClaimsDemands;
  /** At the start. */
  gatewayRegistration: GatewayRegistration | undefined;
  endSessions(employee: Employee): void;
  revokeRefreshTokens(employee: Employee): void;
  /** Resets the sign-in service, the account page's sessions and the lists of requests. */
  resetHosts(): void;
}

export function createControl(parts: ControlParts): Control {
  const { clock, faults, directory, signIns, accessPolicy, switches, signInService, demands } = parts;
  return {
    clock,
    fault: (rule) => faults.add(rule),
    hold: (match) => faults.hold(match),
    setPropagation: (milliseconds) => {
      directory.propagation = milliseconds;
    },
    flipReads: (milliseconds) => {
      directory.flipping = milliseconds;
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
    showPhoneAs: ({ oid }, type, shown) => {
      switches.shownPhones.set(oid, { ...switches.shownPhones.get(oid), [type]: shown });
    },
    addMethod: ({ oid }, further) => {
      switches.furtherMethods.set(oid, [...(switches.furtherMethods.get(oid) ?? []), further]);
    },
    setPageSize: (entries) => {
      switches.pageSize = entries;
    },
    preferSystemMethod: (method) => {
      switches.systemPreferredMethod = method;
    },
    failPreferences: (status) => {
      switches.preferencesStatus = status;
    },
    setConsent: (consent) => {
      accessPolicy.consent = consent;
    },
    allowConsentRequests: (allowed) => {
      accessPolicy.requests = allowed ? new Map() : undefined;
    },
    demandClaims: (list) => {
      demands.list = list;
    },
    failSignIns: ({ where, family }) => {
      if (!placesOf(family).includes(where)) throw new Error(`Entra does not answer ${where} with ${family}`);
      signInService.failures[where] = family;
    },
    describeTenantAs: (region) => {
      signInService.region = region;
    },
    answerSilentlyByScript: (pages) => {
      signInService.scriptPages = pages;
    },
    setContextPolicy: (state) => {
      accessPolicy.contextPolicy = state;
    },
    excludeFromContexts: ({ oid }) => {
      accessPolicy.excludedFromContexts.add(oid);
    },
    setGatewayRegistration: (settings) => {
      Object.assign(signInService.gatewayRegistration, settings);
    },
    setSecondFactorPolicy: (policy) => {
      accessPolicy.secondFactor = policy;
    },
    answerSecondFactors: (answer) => {
      parts.handsets.answers = answer;
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
      demands.reset();
      Object.assign(switches, graphSwitches());
      Object.assign(signInService, signInSwitches(parts.gatewayRegistration));
      parts.handsets.reset();
      parts.resetHosts();
    },
  };
}
