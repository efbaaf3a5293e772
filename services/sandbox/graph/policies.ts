// Conditional Access policies as Graph lists them. Source: Graph, resource type `conditionalAccessPolicy`.
import type { AccessPolicy } from '../login/access-policy.ts';

const all = Array.from({ length: 99 }, (_, index) => `c${index + 1}`);

/** The policy that covers the authentication contexts, unless a switch removes it. */
export function contextPolicies({ contextPolicy, excludedFromContexts }: AccessPolicy): readonly object[] {
  if (contextPolicy === 'none') return [];
  return [
    {
      id: 'c0000000-0000-4000-8000-000000000001',
      templateId: null,
      displayName: 'A second factor for each phone number',
      createdDateTime: '2026-01-01T00:00:00Z',
      modifiedDateTime: null,
      state: contextPolicy === 'on' ? 'enabled' : 'enabledForReportingButNotEnforced',
      conditions: {
        userRiskLevels: [],
        signInRiskLevels: [],
        servicePrincipalRiskLevels: [],
        insiderRiskLevels: null,
        clientAppTypes: ['all'],
        platforms: null,
        locations: null,
        devices: null,
        clientApplications: null,
        authenticationFlows: null,
        applications: {
          includeApplications: [],
          excludeApplications: [],
          includeUserActions: [],
          includeAuthenticationContextClassReferences: all,
          applicationFilter: null,
        },
        users: {
          includeUsers: ['All'],
          excludeUsers: [...excludedFromContexts],
          includeGroups: [],
          excludeGroups: [],
          includeRoles: [],
          excludeRoles: [],
          includeGuestsOrExternalUsers: null,
          excludeGuestsOrExternalUsers: null,
        },
      },
      grantControls: {
        operator: 'OR',
        builtInControls: ['mfa'],
        customAuthenticationFactors: [],
        termsOfUse: [],
        authenticationStrength: null,
      },
      sessionControls: {
        disableResilienceDefaults: null,
        applicationEnforcedRestrictions: null,
        cloudAppSecurity: null,
        persistentBrowser: null,
        signInFrequency: {
          value: null,
          type: null,
          authenticationType: 'primaryAndSecondaryAuthentication',
          frequencyInterval: 'everyTime',
          isEnabled: true,
        },
      },
    },
  ];
}
