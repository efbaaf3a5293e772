import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../log.ts';
import { Problem } from '../problems.ts';
import { sufficientPolicy as listed } from '../testing/policy.ts';
import { GraphError } from './graph-error.ts';
import {
  createSecondFactorPolicy,
  type Exclusions,
  isExcluded,
  Policy,
  provesSecondFactor,
} from './second-factor-policy.ts';

const minute = 60_000;

const proves = (policy: object, context = 'c1') => provesSecondFactor(v.parse(Policy, policy), context);
const withConditions = (changes: object) => ({ ...listed, conditions: { ...listed.conditions, ...changes } });
const withApplications = (changes: object) =>
  withConditions({ applications: { ...listed.conditions.applications, ...changes } });
const withUsers = (changes: object) => withConditions({ users: { ...listed.conditions.users, ...changes } });
const withGrant = (changes: object) => ({ ...listed, grantControls: { ...listed.grantControls, ...changes } });
const withFrequency = (changes: object) => ({
  ...listed,
  sessionControls: { signInFrequency: { ...listed.sessionControls.signInFrequency, ...changes } },
});

describe('case 64: a policy proves the second factor', () => {
  test.each<[string, object]>([
    ['as the admin center creates it', listed],
    ['with exclusions', withUsers({ excludeUsers: ['a'], excludeGroups: ['b'], excludeRoles: ['c'] })],
    ['with conditions that are empty', withConditions({ platforms: { includePlatforms: [] }, devices: {} })],
    ['with annotations', withConditions({ '@odata.type': '#microsoft.graph.conditionalAccessConditionSet' })],
    ['with further client types', withConditions({ clientAppTypes: ['browser', 'all'] })],
    ['with null in place of an empty list of applications', withApplications({ excludeApplications: null })],
    ['with null in place of empty lists', withUsers({ excludeUsers: null, excludeGroups: null, excludeRoles: null })],
    [
      'with an authentication strength',
      withGrant({ builtInControls: [], authenticationStrength: { requirementsSatisfied: 'mfa' } }),
    ],
    [
      'with multifactor authentication and a compliant device',
      withGrant({ operator: 'AND', builtInControls: ['compliantDevice', 'mfa'] }),
    ],
    ['with terms of use as well', withGrant({ operator: 'AND', termsOfUse: ['terms'] })],
    ['with either of two second factors', withGrant({ authenticationStrength: { requirementsSatisfied: 'mfa' } })],
    ['without an operator', withGrant({ operator: null })],
  ])('%s', (_, policy) => {
    expect(proves(policy)).toBe(true);
    expect(proves(policy, 'c2')).toBe(true);
  });
});

describe('case 64: a policy proves nothing', () => {
  test.each<[string, object]>([
    ['while it is off', { ...listed, state: 'disabled' }],
    ['while it only reports', { ...listed, state: 'enabledForReportingButNotEnforced' }],
    ['for some users', withUsers({ includeUsers: ['0a000000-0000-4000-8000-000000000001'] })],
    ['for nobody', withUsers({ includeUsers: null })],
    ['for another context', withApplications({ includeAuthenticationContextClassReferences: ['c10', 'c3'] })],
    ['without a context', withApplications({ includeAuthenticationContextClassReferences: null })],
    ['without some applications', withApplications({ excludeApplications: ['Office365'] })],
    ['with a filter of applications', withApplications({ applicationFilter: { mode: 'exclude', rule: 'x' } })],
    ['for browsers only', withConditions({ clientAppTypes: ['browser'] })],
    ['without client types', withConditions({ clientAppTypes: [] })],
    ['at some platforms', withConditions({ platforms: { includePlatforms: ['android'] } })],
    ['outside of trusted locations', withConditions({ locations: { excludeLocations: ['AllTrusted'] } })],
    ['at a sign-in risk', withConditions({ signInRiskLevels: ['high'] })],
    ['at a user risk', withConditions({ userRiskLevels: ['high'] })],
    ['for some devices', withConditions({ devices: { deviceFilter: { mode: 'include', rule: 'x' } } })],
    ['for service principals', withConditions({ clientApplications: { includeServicePrincipals: ['all'] } })],
    ['at an insider risk', withConditions({ insiderRiskLevels: 'elevated' })],
    ['under a condition that this version does not know', withConditions({ weather: true })],
    ['without a control', withGrant({ builtInControls: [] })],
    ['with another control', withGrant({ operator: 'AND', builtInControls: ['compliantDevice'] })],
    ['with an alternative', withGrant({ builtInControls: ['mfa', 'compliantDevice'] })],
    ['with terms of use as the alternative', withGrant({ termsOfUse: ['terms'] })],
    ['with a custom control as the alternative', withGrant({ customAuthenticationFactors: ['duo'] })],
    ['without an operator, with an alternative', withGrant({ operator: null, termsOfUse: ['terms'] })],
    [
      'with a strength that a password fulfils',
      withGrant({ builtInControls: [], authenticationStrength: { requirementsSatisfied: 'none' } }),
    ],
    ['with a strength as the alternative', withGrant({ authenticationStrength: { requirementsSatisfied: 'none' } })],
    ['with a frequency of some hours', withFrequency({ frequencyInterval: 'timeBased', value: 1, type: 'hours' })],
    ['with a frequency that is off', withFrequency({ isEnabled: false })],
    ['with a frequency of null', withFrequency({ isEnabled: null })],
  ])('%s', (_, policy) => {
    expect(proves(policy)).toBe(false);
  });

  test.each<[string, object]>([
    ['without controls', { ...listed, grantControls: null }],
    ['without session controls', { ...listed, sessionControls: null }],
    ['without a frequency', { ...listed, sessionControls: { signInFrequency: null } }],
    ['without users', withConditions({ users: null })],
  ])('%s', (_, policy) => {
    expect(v.is(Policy, policy)).toBe(false);
  });
});

const oid = '0a000000-0000-4000-8000-000000000001';
const group = '0c000000-0000-4000-8000-00000000000c';

describe('case 64: an account is excluded', () => {
  const none: Exclusions = { excludeUsers: [], excludeGroups: [], excludeRoles: [] };
  const member = { ids: new Set([group]), isAdministrator: false };
  const administrator = { ids: new Set<string>(), isAdministrator: true };

  test('if each sufficient policy excludes it, by id, group or role', () => {
    expect(isExcluded([{ ...none, excludeUsers: ['another', oid.toUpperCase()] }], oid, member)).toBe(true);
    expect(isExcluded([{ ...none, excludeGroups: ['another', group.toUpperCase()] }], oid, member)).toBe(true);
    expect(isExcluded([{ ...none, excludeRoles: ['any'] }], oid, administrator)).toBe(true);
  });

  test('not if a sufficient policy covers it, and not if none was read', () => {
    expect(isExcluded([{ ...none, excludeUsers: [oid] }, none], oid, member)).toBe(false);
    expect(isExcluded([none], oid, administrator)).toBe(false);
    expect(isExcluded([{ ...none, excludeRoles: ['any'] }], oid, member)).toBe(false);
    expect(isExcluded([{ ...none, excludeUsers: ['another'], excludeGroups: ['another'] }], oid, member)).toBe(false);
    expect(isExcluded([], oid, administrator)).toBe(false);
  });
});

function begin(changes: { authenticationContext?: string | undefined; policyUnchecked?: boolean } = {}) {
  const clock = { time: 0, now: () => clock.time };
  const logs: LogEntry[] = [];
  const answers: (unknown[] | Error)[] = [];
  let reads = 0;
  const policy = createSecondFactorPolicy({
    configuration: { authenticationContext: 'c1', policyUnchecked: false, ...changes },
    graph: {
      async conditionalAccessPolicies() {
        reads++;
        const answer = answers.shift();
        if (answer === undefined) throw new Error('The policies were read once more.');
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    clock,
    log: (entry) => logs.push(entry),
  });
  const refusal = async () =>
    policy.check().then(
      () => undefined,
      (error: unknown) => (error instanceof Problem ? [error.kind, error.members] : error),
    );
  return { policy, clock, logs, answers, refusal, reads: () => reads };
}

const outage = () => new GraphError({ status: 503, code: 'outage' });
const other = { ...listed, state: 'disabled' };
const missing = ['not-configured', { detail: 'No Conditional Access policy proves the second factor.' }];

describe('case 64: the policies of the tenant', () => {
  test('are read once in an hour, and exclusions are logged by count', async () => {
    const excluding = withUsers({
      excludeUsers: [oid],
      excludeGroups: [group, oid],
      excludeRoles: [oid, oid, oid],
      excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: 'b2bCollaborationGuest' },
    });
    const { policy, clock, logs, answers, refusal, reads } = begin();
    answers.push([other, 'unknown', excluding, listed]);
    expect(policy.isSufficient()).toBe(false);
    expect(policy.exclusions()).toEqual([]);
    await Promise.all([policy.refresh(), refusal()]);
    expect(policy.isSufficient()).toBe(true);
    expect(await refusal()).toBeUndefined();
    const event = { level: 'info', event: 'policy-sufficient', context: 'c1' };
    expect(logs).toEqual([
      { ...event, excludedUsers: 1, excludedGroups: 2, excludedRoles: 3, excludesGuests: true },
      { ...event, excludedUsers: 0, excludedGroups: 0, excludedRoles: 0, excludesGuests: false },
    ]);
    expect(policy.exclusions()).toMatchObject([{ excludeUsers: [oid] }, { excludeUsers: [] }]);
    clock.time = 60 * minute - 1;
    await policy.refresh();
    expect(reads()).toBe(1);
    clock.time += 1;
    answers.push([withUsers({ excludeGuestsOrExternalUsers: undefined })]);
    await policy.refresh();
    expect(logs.at(-1)).toMatchObject({ excludesGuests: false });
    expect(reads()).toBe(2);
    expect(policy.exclusions()).toHaveLength(1);
  });

  test('refuse requests at once when none suffices, and are read again after a minute', async () => {
    const { policy, clock, logs, answers, refusal, reads } = begin();
    answers.push([listed]);
    expect(await refusal()).toBeUndefined();
    clock.time = 60 * minute;
    answers.push([other, other]);
    expect(await refusal()).toEqual(missing);
    expect(policy.isSufficient()).toBe(false);
    expect(policy.exclusions()).toEqual([]);
    expect(logs.at(-1)).toEqual({ level: 'error', event: 'policy-missing', context: 'c1', policies: 2 });
    clock.time += minute - 1;
    expect(await refusal()).toEqual(missing);
    expect(reads()).toBe(2);
    clock.time += 1;
    answers.push([listed]);
    expect(await refusal()).toBeUndefined();
  });

  test('that cannot be read at the start refuse requests as an outage', async () => {
    const { clock, logs, answers, refusal, reads } = begin();
    answers.push(outage());
    expect(await refusal()).toEqual(['service-unavailable', { retryAt: minute }]);
    expect(logs).toEqual([{ level: 'error', event: 'policy-not-read', status: 503, code: 'outage' }]);
    clock.time = minute - 1;
    expect(await refusal()).toEqual(['service-unavailable', { retryAt: minute }]);
    expect(reads()).toBe(1);
    clock.time = minute;
    answers.push([]);
    expect(await refusal()).toEqual(missing);
    clock.time = 2 * minute;
    answers.push(new TypeError('odd'));
    expect(await refusal()).toEqual(['service-unavailable', { retryAt: 3 * minute }]);
    expect(logs.at(-1)).toMatchObject({ event: 'policy-not-read', error: 'TypeError' });
  });

  test('count for four hours while they cannot be read', async () => {
    const { policy, clock, answers, refusal } = begin();
    answers.push([listed]);
    await policy.refresh();
    for (const time of [60 * minute, 240 * minute - 1]) {
      clock.time = time;
      answers.push(outage());
      expect(await refusal()).toBeUndefined();
      expect(policy.isSufficient()).toBe(true);
    }
    clock.time = 240 * minute;
    expect(policy.isSufficient()).toBe(false);
    expect(await refusal()).toEqual(['service-unavailable', { retryAt: 241 * minute - 1 }]);
  });

  test('are read again once a clock that was ahead is set back, and do not count until then', async () => {
    const { policy, clock, answers, refusal, reads } = begin();
    clock.time = 30 * 24 * 60 * minute;
    answers.push([listed]);
    await policy.refresh();
    clock.time = 0;
    expect(policy.isSufficient()).toBe(false);
    answers.push(outage());
    expect(await refusal()).toEqual(['service-unavailable', { retryAt: minute }]);
    clock.time = minute;
    answers.push([other]);
    expect(await refusal()).toEqual(missing);
    expect(reads()).toBe(3);
  });

  test('count after a correction of the clock by at most a minute, and are read again', async () => {
    const { policy, clock, answers, reads } = begin();
    clock.time = 2 * minute;
    answers.push([listed]);
    await policy.refresh();
    clock.time = minute;
    expect(policy.isSufficient()).toBe(true);
    clock.time -= 1;
    expect(policy.isSufficient()).toBe(false);
    answers.push([listed]);
    await policy.refresh();
    await policy.refresh();
    expect([policy.isSufficient(), reads()]).toEqual([true, 2]);
  });

  test.each([{ policyUnchecked: true }, { authenticationContext: undefined }])(
    'are not read with %j',
    async (changes) => {
      const { policy, refusal, reads } = begin(changes);
      await policy.refresh();
      expect([await refusal(), policy.isSufficient(), policy.exclusions(), reads()]).toEqual([undefined, true, [], 0]);
    },
  );
});
