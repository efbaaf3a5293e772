// One employee per situation. Their numbers are reserved for fiction: UK 07700 900000–900999, US 555-0100 to 555-0199.
import type { Employee, Situation } from './types.ts';

/** The password of all employees. */
const password = 'Sandbox-Password-1';

function employee(
  number: number,
  situation: Situation,
  about: string,
  userPart: string,
  name: string,
  mobile: string,
  start: Partial<Employee['start']>,
): Employee {
  return {
    situation,
    about,
    userName: `${userPart}@contoso.example`,
    password,
    name,
    oid: `0e000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    mobile,
    start: { phones: {}, smsSignInAvailable: true, authenticatorApp: false, ...start },
  };
}

const office = '+1 2065550109x42';

const noPhoneYet = employee(
  1,
  'noPhoneYet',
  'has no phone registered yet',
  'no.phone',
  'Employee without a Phone',
  '+44 7700900101',
  { authenticatorApp: true, defaultMethod: 'push' },
);

const mobileNotEnabled = employee(
  2,
  'mobileNotEnabled',
  'has a mobile number; SMS sign-in is available, not switched on',
  'not.enabled',
  'Employee not enabled',
  '+44 7700900102',
  { phones: { mobile: '+44 7700900102' }, smsSignInState: 'notEnabled', defaultMethod: 'sms' },
);

/** Known issue of the specification: a sign-in with the number completes the registration. */
const mobileNotConfigured = employee(
  3,
  'mobileNotConfigured',
  'has a mobile number whose SMS sign-in waits for a first sign-in with it',
  'not.configured',
  'Employee not configured',
  '+44 7700900103',
  { phones: { mobile: '+44 7700900103' }, smsSignInState: 'notConfigured', defaultMethod: 'sms' },
);

/** Its number is the number of `numberInUse`, too. */
const mobileReady = employee(
  4,
  'mobileReady',
  'signs in with the mobile number already',
  'ready',
  'Employee ready',
  '+44 7700900104',
  { phones: { mobile: '+44 7700900104' }, smsSignInState: 'ready', defaultMethod: 'sms' },
);

const numberInUse = employee(
  5,
  'numberInUse',
  "has a mobile number that is a colleague's sign-in name",
  'in.use',
  'Employee in use',
  '+44 7700900104',
  { phones: { mobile: '+44 7700900104' }, smsSignInState: 'phoneNumberNotUnique', defaultMethod: 'sms' },
);

const notAvailableByPolicy = employee(
  6,
  'notAvailableByPolicy',
  'has a mobile number; the organization has not made SMS sign-in available',
  'not.available',
  'Employee not available',
  '+44 7700900106',
  {
    phones: { mobile: '+44 7700900106' },
    smsSignInState: 'notAllowedByPolicy',
    smsSignInAvailable: false,
    authenticatorApp: true,
    defaultMethod: 'sms',
  },
);

const defaultIsMobileWithAuthenticator = employee(
  7,
  'defaultIsMobileWithAuthenticator',
  'the default sign-in method is the mobile, with an authenticator app beside it',
  'default.mobile',
  'Employee default mobile',
  '+44 7700900107',
  {
    phones: { mobile: '+44 7700900107' },
    smsSignInState: 'ready',
    authenticatorApp: true,
    defaultMethod: 'sms',
  },
);

const mobileIsOnlyMethod = employee(
  8,
  'mobileIsOnlyMethod',
  'the mobile is the only method',
  'only.mobile',
  'Employee only mobile',
  '+44 7700900108',
  { phones: { mobile: '+44 7700900108' }, smsSignInState: 'ready', defaultMethod: 'sms' },
);

const mobileAlternateAndOffice = employee(
  9,
  'mobileAlternateAndOffice',
  'has a mobile, an alternate mobile and an office number',
  'three.phones',
  'Employee three phones',
  '+44 7700900109',
  {
    phones: { mobile: '+44 7700900109', alternateMobile: '+44 7700900119', office },
    smsSignInState: 'notEnabled',
    authenticatorApp: true,
    defaultMethod: 'push',
  },
);

export const employees = {
  noPhoneYet,
  mobileNotEnabled,
  mobileNotConfigured,
  mobileReady,
  numberInUse,
  notAvailableByPolicy,
  defaultIsMobileWithAuthenticator,
  mobileIsOnlyMethod,
  mobileAlternateAndOffice,
} as const satisfies Record<Situation, Employee>;
