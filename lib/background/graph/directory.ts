// PhoneDirectory over Microsoft Graph. Source: Graph reference, "phoneAuthenticationMethod" (v1.0) and "signInPreferences"
// (beta only).
import * as v from 'valibot';
import { IdentityError } from '../../shared/model/errors.ts';
import {
  type DefaultMethod,
  defaultMethodChoices,
  type OtherMethod,
  phoneTypeOfDefault,
  phoneTypes,
  smsSignInStates,
} from '../../shared/model/phone-method.ts';
import type { PhoneDirectory, Snapshot } from '../backend.ts';
import type { GraphRequest } from './request.ts';

/** Values that the service adds later are read as `unknown`. */
const openPicklist = <const T extends readonly string[]>(values: T) =>
  v.fallback(v.picklist(values), 'unknown' as T[number]);

const PhonesSchema = v.object({
  value: v.array(
    v.object({
      id: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
      phoneNumber: v.pipe(v.string(), v.maxLength(100)),
      phoneType: openPicklist(phoneTypes),
      smsSignInState: openPicklist(smsSignInStates),
    }),
  ),
});

const PreferencesSchema = v.object({
  // The fallback is inside nullish because a missing field means none.
  userPreferredMethodForSecondaryAuthentication: v.nullish(openPicklist([...defaultMethodChoices, 'none', 'unknown'])),
  isSystemPreferredAuthenticationMethodEnabled: v.fallback(v.nullish(v.boolean()), false),
});

const MethodsSchema = v.object({ value: v.array(v.object({ '@odata.type': v.pipe(v.string(), v.maxLength(200)) })) });

const phones = '/v1.0/me/authentication/phoneMethods';
const methods = '/v1.0/me/authentication/methods';

/** Source: Graph reference, "authenticationMethod". Email and temporary passes are no permanent sign-in methods. */
const otherMethodOf: Record<string, OtherMethod> = {
  microsoftAuthenticator: 'push',
  softwareOath: 'oath',
  hardwareOath: 'oath',
  fido2: 'other',
  windowsHelloForBusiness: 'other',
  platformCredential: 'other',
};

export function createEntraDirectory({
  request,
  objectId,
  preferencesReadable,
}: {
  request: GraphRequest;
  objectId: string;
  preferencesReadable: boolean;
}): PhoneDirectory {
  const preferences = `/beta/users/${encodeURIComponent(objectId)}/authentication/signInPreferences`;
  const phone = (id: string) => `${phones}/${encodeURIComponent(id)}`;

  async function read<Schema extends v.GenericSchema>(schema: Schema, path: string): Promise<v.InferOutput<Schema>> {
    const answer = v.safeParse(schema, await request('GET', path));
    if (!answer.success) throw new IdentityError('unexpected-answer');
    return answer.output;
  }

  async function snapshot(): Promise<Snapshot> {
    const { value } = await read(PhonesSchema, phones);
    const methods = value.map(({ id, phoneType: type, phoneNumber, smsSignInState: smsSignIn }) => {
      return { id, type, phoneNumber, smsSignIn };
    });
    // Each type has its own id.
    if (new Set(methods.map(({ id }) => id)).size !== methods.length) throw new IdentityError('unexpected-answer');
    return { methods, defaultMethod: await defaultMethod() };
  }

  async function defaultMethod(): Promise<DefaultMethod | 'unknown'> {
    if (!preferencesReadable) return 'unknown';
    try {
      const answer = await read(PreferencesSchema, preferences);
      return {
        kind: answer.userPreferredMethodForSecondaryAuthentication ?? 'none',
        systemPreferred: answer.isSystemPreferredAuthenticationMethodEnabled ?? false,
      };
    } catch (error) {
      // This beta resource may be closed to users; everything else works without it.
      if (error instanceof IdentityError && ['permission-missing', 'unexpected-answer'].includes(error.kind))
        return 'unknown';
      throw error;
    }
  }

  async function remove(id: string): Promise<void> {
    try {
      await request('DELETE', phone(id));
    } catch (error) {
      if (error instanceof IdentityError && error.details.status === 400) throw await reasonForRefusal(id, error);
      throw error;
    }
  }

  /** Graph gives the reason for a refused removal only in its message, so the reason is derived from the current state. */
  async function reasonForRefusal(id: string, refusal: IdentityError): Promise<IdentityError> {
    const { methods, defaultMethod } = await snapshot();
    const method = methods.find((candidate) => candidate.id === id);
    const isDefault = defaultMethod !== 'unknown' && method && phoneTypeOfDefault(defaultMethod.kind) === method.type;
    if (isDefault) return new IdentityError('is-default-method', refusal.details);
    if (method?.type === 'mobile' && methods.some(({ type }) => type === 'alternateMobile')) {
      return new IdentityError('needs-other-removed-first', refusal.details);
    }
    return defaultMethod === 'unknown' ? new IdentityError('is-default-method', refusal.details) : refusal;
  }

  async function otherMethods(): Promise<OtherMethod[]> {
    const { value } = await read(MethodsSchema, methods);
    const known = value.flatMap(({ '@odata.type': type }) => {
      const [, name = ''] = /^#microsoft\.graph\.(\w+)AuthenticationMethod$/.exec(type) ?? [];
      return otherMethodOf[name] ?? [];
    });
    return [...new Set(known)];
  }

  return {
    snapshot,
    enableSmsSignIn: async (id) => void (await request('POST', `${phone(id)}/enableSmsSignIn`)),
    disableSmsSignIn: async (id) => void (await request('POST', `${phone(id)}/disableSmsSignIn`)),
    remove,
    setDefaultMethod: async (choice) =>
      void (await request('PATCH', preferences, { userPreferredMethodForSecondaryAuthentication: choice })),
    otherMethods,
  };
}
