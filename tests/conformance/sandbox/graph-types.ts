// The types of Graph's authentication methods. Source: github.com/microsoftgraph/msgraph-metadata, schemas/v1.0-Prod.csdl.

type Kind = 'string' | 'boolean' | 'number' | 'dateTime' | readonly string[];

interface Property {
  kind: Kind;
  nullable: boolean;
}

const nullable = (kind: Kind): Property => ({ kind, nullable: true });
const required = (kind: Kind): Property => ({ kind, nullable: false });

const authenticationMethod = { id: required('string'), createdDateTime: nullable('dateTime') };
const phoneTypes = ['mobile', 'alternateMobile', 'office', 'unknownFutureValue'] as const;
const signInStates = [
  'notSupported',
  'notAllowedByPolicy',
  'notEnabled',
  'phoneNumberNotUnique',
  'ready',
  'notConfigured',
  'unknownFutureValue',
] as const;

export const graphTypes: Record<string, Record<string, Property>> = {
  emailAuthenticationMethod: { ...authenticationMethod, emailAddress: nullable('string') },
  externalAuthenticationMethod: {
    ...authenticationMethod,
    configurationId: required('string'),
    displayName: required('string'),
  },
  microsoftAuthenticatorAuthenticationMethod: {
    ...authenticationMethod,
    deviceTag: nullable('string'),
    displayName: nullable('string'),
    phoneAppVersion: nullable('string'),
  },
  passwordAuthenticationMethod: { ...authenticationMethod, password: nullable('string') },
  phoneAuthenticationMethod: {
    ...authenticationMethod,
    phoneNumber: nullable('string'),
    phoneType: nullable(phoneTypes),
    smsSignInState: nullable(signInStates),
  },
  qrCodePinAuthenticationMethod: authenticationMethod,
  softwareOathAuthenticationMethod: { ...authenticationMethod, secretKey: nullable('string') },
  temporaryAccessPassAuthenticationMethod: {
    ...authenticationMethod,
    isUsable: nullable('boolean'),
    isUsableOnce: nullable('boolean'),
    lifetimeInMinutes: nullable('number'),
    methodUsabilityReason: nullable('string'),
    startDateTime: nullable('dateTime'),
    temporaryAccessPass: nullable('string'),
  },
};

/**
 * @param typeName of an object without `@odata.type`
 * @returns what Graph's metadata does not allow
 */
export function violations(object: Record<string, unknown>, typeName: string): string[] {
  const type = String(object['@odata.type'] ?? typeName).replace('#microsoft.graph.', '');
  const properties = graphTypes[type];
  if (!properties) return [`no such type: ${type}`];
  const missing = Object.entries(properties)
    .filter(([name, { nullable: mayBeNull }]) => !mayBeNull && !(name in object))
    .map(([name]) => `${type}.${name} is missing`);
  const wrong = Object.entries(object)
    .filter(([name]) => !name.startsWith('@odata.'))
    .filter(([name, value]) => !isAllowed(properties[name], value))
    .map(([name, value]) => `${type}.${name} is ${JSON.stringify(value)}`);
  return [...missing, ...wrong];
}

function isAllowed(property: Property | undefined, value: unknown): boolean {
  if (!property) return false;
  if (value === null) return property.nullable;
  if (property.kind === 'dateTime') return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
  return typeof property.kind === 'string'
    ? typeof value === property.kind
    : property.kind.some((member) => member === value);
}
