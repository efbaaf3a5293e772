// Decides whether Conditional Access proves the second factor. The claim `acrs` alone does not: Entra ID puts a
// requested authentication context into the token also when no enabled policy covers it. Source: Microsoft Entra,
// "Developer's guide to Conditional Access authentication context".
import * as v from 'valibot';
import type { Clock, GatewayConfiguration } from '../configuration.ts';
import { type Log, loggableError } from '../log.ts';
import { Problem } from '../problems.ts';
import type { Graph, Memberships } from './graph.ts';
import { GraphError, loggableGraphError } from './graph-error.ts';

/** How often the policies are read, and how soon again if none suffices or Graph does not answer. */
export const readEveryMs = 60 * 60_000;
export const readAgainMs = 60_000;
/** How long the last sufficient policies count while they cannot be read. */
export const keptMs = 4 * 60 * 60_000;

const Strings = v.nullish(v.array(v.string()), []);

/**
 * The members of Graph's `conditionalAccessPolicy` (v1.0) that the decision needs. Other conditions stay, so that one
 * that Microsoft adds counts as narrowing.
 */
export const Policy = v.object({
  state: v.string(),
  conditions: v.looseObject({
    users: v.object({
      includeUsers: Strings,
      excludeUsers: Strings,
      excludeGroups: Strings,
      excludeRoles: Strings,
      excludeGuestsOrExternalUsers: v.nullish(v.unknown()),
    }),
    applications: v.object({
      includeAuthenticationContextClassReferences: Strings,
      excludeApplications: Strings,
      applicationFilter: v.nullish(v.unknown()),
    }),
    clientAppTypes: Strings,
  }),
  grantControls: v.object({
    operator: v.nullish(v.string()),
    builtInControls: Strings,
    customAuthenticationFactors: Strings,
    termsOfUse: Strings,
    authenticationStrength: v.nullish(v.object({ requirementsSatisfied: v.nullish(v.string()) })),
  }),
  sessionControls: v.object({
    signInFrequency: v.object({ isEnabled: v.nullish(v.boolean()), frequencyInterval: v.nullish(v.string()) }),
  }),
});
export type Policy = v.InferOutput<typeof Policy>;

/** Graph's null, an empty list, or an object of such; annotations, whose names contain `@`, say nothing. */
function isUnset(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value !== 'object') return false;
  return Object.entries(value).every(([name, member]) => name.includes('@') || isUnset(member));
}

/** With the operator AND one control that needs a second factor suffices; else each alternative must need one. */
function grantsSecondFactor(controls: Policy['grantControls']): boolean {
  const { operator, builtInControls, customAuthenticationFactors, termsOfUse, authenticationStrength } = controls;
  const alternatives = [
    ...builtInControls.map((control) => control === 'mfa'),
    ...[...customAuthenticationFactors, ...termsOfUse].map(() => false),
    // A custom strength can consist of a password alone.
    ...[authenticationStrength ?? []].flat().map(({ requirementsSatisfied }) => requirementsSatisfied === 'mfa'),
  ];
  return alternatives.includes(true) && (operator === 'AND' || !alternatives.includes(false));
}

/** Whether everybody whom the policy does not exclude needs a second factor each time that the context is requested. */
export function provesSecondFactor(policy: Policy, context: string): boolean {
  const { users, applications, clientAppTypes, ...otherConditions } = policy.conditions;
  const { includeAuthenticationContextClassReferences: contexts, ...narrowing } = applications;
  const { signInFrequency } = policy.sessionControls;
  return (
    policy.state === 'enabled' &&
    users.includeUsers.includes('All') &&
    contexts.includes(context) &&
    isUnset(narrowing) &&
    clientAppTypes.includes('all') &&
    isUnset(otherConditions) &&
    grantsSecondFactor(policy.grantControls) &&
    signInFrequency.isEnabled === true &&
    signInFrequency.frequencyInterval === 'everyTime'
  );
}

/** Whom a sufficient policy does not cover. */
export type Exclusions = Pick<
  Policy['conditions']['users'],
  'excludeUsers' | 'excludeGroups' | 'excludeRoles' | 'excludeGuestsOrExternalUsers'
>;

/**
 * Whether no policy covers the account; guests are refused elsewhere.
 * @param exclusions of each sufficient policy; none if the policies are not checked
 */
export function isExcluded(
  exclusions: readonly Exclusions[],
  oid: string,
  { ids, isAdministrator }: Memberships,
): boolean {
  const isExcludedFrom = ({ excludeUsers, excludeGroups, excludeRoles }: Exclusions) =>
    excludeUsers.some((id) => id.toLowerCase() === oid) ||
    excludeGroups.some((id) => ids.has(id.toLowerCase())) ||
    // Memberships name no role templates, so that one excluded role counts for all.
    (excludeRoles.length > 0 && isAdministrator);
  return exclusions.length > 0 && exclusions.every(isExcludedFrom);
}

export interface SecondFactorPolicy {
  /** Reads the policies if that is due. Never rejects. */
  refresh(): Promise<void>;
  /** Waits for no service. */
  isSufficient(): boolean;
  /** @throws Problem while no policy proves the second factor */
  check(): Promise<void>;
  /** Of each sufficient policy. */
  exclusions(): readonly Exclusions[];
}

/** Without an authentication context, and with POLICY_UNCHECKED=allow, nothing is read and everything suffices. */
export function createSecondFactorPolicy({
  configuration: { authenticationContext: context, policyUnchecked },
  graph,
  clock,
  log,
}: {
  configuration: Pick<GatewayConfiguration, 'authenticationContext' | 'policyUnchecked'>;
  graph: Pick<Graph, 'conditionalAccessPolicies'>;
  clock: Clock;
  log: Log;
}): SecondFactorPolicy {
  if (context === undefined || policyUnchecked)
    return { refresh: async () => {}, isSufficient: () => true, check: async () => {}, exclusions: () => [] };

  let sufficient: { readAt: number; exclusions: Exclusions[] } | undefined;
  /** Whether the last reading found no sufficient policy, rather than failed. */
  let isMissing: boolean | undefined;
  let lastReadAt = Number.NEGATIVE_INFINITY;
  let nextReadAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  async function read(policyContext: string): Promise<void> {
    const now = clock.now();
    lastReadAt = now;
    nextReadAt = now + readAgainMs;
    try {
      const entries = await graph.conditionalAccessPolicies();
      // A policy without the form that is documented cannot be relied on.
      const exclusions = entries
        .filter((entry) => v.is(Policy, entry))
        .map((entry) => v.parse(Policy, entry))
        .filter((policy) => provesSecondFactor(policy, policyContext))
        .map(({ conditions: { users } }) => users);
      isMissing = exclusions.length === 0;
      sufficient = isMissing ? undefined : { readAt: now, exclusions };
      if (isMissing) {
        log({ level: 'error', event: 'policy-missing', context: policyContext, policies: entries.length });
        return;
      }
      nextReadAt = now + readEveryMs;
      for (const excluded of exclusions)
        log({ level: 'info', event: 'policy-sufficient', context: policyContext, ...countsOf(excluded) });
    } catch (error) {
      isMissing = false;
      const why = error instanceof GraphError ? loggableGraphError(error) : loggableError(error);
      log({ level: 'error', event: 'policy-not-read', ...why });
    }
  }

  function refresh(): Promise<void> {
    const now = clock.now();
    // A clock that was set back must not put off the next reading.
    if (!reading && (now >= nextReadAt || now < lastReadAt))
      reading = read(context as string).finally(() => {
        reading = undefined;
      });
    return reading ?? Promise.resolve();
  }
  function isSufficient(): boolean {
    if (!sufficient) return false;
    const ageMs = clock.now() - sufficient.readAt;
    // A clock that was set back must not keep a reading for longer; after a small correction, the next one comes in time.
    return ageMs >= -readAgainMs && ageMs < keptMs;
  }

  return {
    refresh,
    isSufficient,
    async check() {
      await refresh();
      if (isSufficient()) return;
      if (isMissing)
        throw new Problem('not-configured', { detail: 'No Conditional Access policy proves the second factor.' });
      throw new Problem('service-unavailable', { retryAt: nextReadAt });
    },
    exclusions: () => sufficient?.exclusions ?? [],
  };
}

function countsOf({ excludeUsers, excludeGroups, excludeRoles, excludeGuestsOrExternalUsers: guests }: Exclusions) {
  return {
    excludedUsers: excludeUsers.length,
    excludedGroups: excludeGroups.length,
    excludedRoles: excludeRoles.length,
    excludesGuests: !isUnset(guests),
  };
}
