/** As Graph lists a policy for the contexts `c1` and `c2` that the admin center created. */
export const sufficientPolicy = {
  id: 'c0000000-0000-4000-8000-000000000001',
  displayName: 'A second factor for each phone number',
  state: 'enabled',
  conditions: {
    userRiskLevels: [],
    signInRiskLevels: [],
    clientAppTypes: ['all'],
    platforms: null,
    locations: null,
    devices: null,
    clientApplications: null,
    applications: {
      includeApplications: [],
      excludeApplications: [],
      includeUserActions: [],
      includeAuthenticationContextClassReferences: ['c2', 'c1'],
      applicationFilter: null,
    },
    users: {
      includeUsers: ['All'],
      excludeUsers: [],
      excludeGroups: [],
      excludeRoles: [],
      excludeGuestsOrExternalUsers: null,
    },
  },
  grantControls: {
    operator: 'OR',
    builtInControls: ['mfa'],
    customAuthenticationFactors: [],
    termsOfUse: [],
    'authenticationStrength@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#strength/$entity',
    authenticationStrength: null,
  },
  sessionControls: {
    persistentBrowser: null,
    signInFrequency: { value: null, type: null, frequencyInterval: 'everyTime', isEnabled: true },
  },
};
