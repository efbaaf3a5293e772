// PhoneDirectory over Microsoft Graph. Source: Graph reference, "phoneAuthenticationMethod" (v1.0) and "signInPreferences"
// (beta only).
import * as v from 'valibot';
import { IdentityError } from '../../shared/model/errors.ts';
import {
  type DefaultMethod,
  defaultMethodChoices,
  type OtherMethod,
  type PhoneMethod,
  phoneTypeOfDefault,
  phoneTypes,
  smsSignInStates,
} from '../../shared/model/phone-method.ts';
import type { PhoneDirectory, Snapshot } from '../backend.ts';
import { type GraphRequest, PageSchema } from './request.ts';

/** Values that the service adds later are read as `unknown`. */
const openPicklist = <const T extends readonly string[]>(values: T) =>
  v.fallback(v.picklist(values), 'unknown' as T[number]);

const MethodSchema = v.looseObject({ id: v.pipe(v.string(), v.minLength(1), v.maxLength(100)) });

/** Source: Graph metadata, where each of these may be null. */
const PhoneSchema = v.object({
  phoneNumber: v.fallback(v.pipe(v.string(), v.maxLength(100)), ''),
  phoneType: openPicklist(phoneTypes),
  smsSignInState: openPicklist(smsSignInStates),
});

const PreferencesSchema = v.object({
  // The fallback is inside nullish because a missing field means none.
  userPreferredMethodForSecondaryAuthentication: v.nullish(openPicklist([...defaultMethodChoices, 'none', 'unknown'])),
  isSystemPreferredAuthenticationMethodEnabled: v.fallback(v.boolean(), false),
});

const TypeSchema = v.object({ '@odata.type': v.string() });

const phones = '/v1.0/me/authentication/phoneMethods';
const methods = '/v1.0/me/authentication/methods';

/** The phones, and the methods that are no permanent way to sign in. Source: Graph reference, "authenticationMethod". */
const notOther = ['phone', 'password', 'email', 'temporaryAccessPass'];
const otherMethodOf: Record<string, OtherMethod> = {
  microsoftAuthenticator: 'push',
  softwareOath: 'oath',
  hardwareOath: 'oath',
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

  /** Leaves out entries that cannot be read. @throws IdentityError `unexpected-answer` if that is every entry */
  async function readList<Schema extends v.GenericSchema>(schema: Schema, path: string) {
    const { value } = await read(PageSchema, path);
    const readable = value.filter((item): item is v.InferOutput<Schema> => v.is(schema, item));
    if (value.length && !readable.length) throw new IdentityError('unexpected-answer');
    return readable;
  }

  async function snapshot(): Promise<Snapshot> {
    const methods = new Map<string, PhoneMethod>();
    for (const item of await readList(MethodSchema, phones)) {
      const { id } = item;
      const { phoneType: type, phoneNumber, smsSignInState: smsSignIn } = v.parse(PhoneSchema, item);
      // The list may hold methods of other types.
      if ('phoneNumber' in item || 'phoneType' in item) methods.set(id, { id, type, phoneNumber, smsSignIn });
    }
    return { methods: [...methods.values()], defaultMethod: await defaultMethod() };
  }

  /** This beta resource may be closed or broken; everything else works without it. */
  async function defaultMethod(): Promise<DefaultMethod | 'unknown'> {
    if (!preferencesReadable) return 'unknown';
    return read(PreferencesSchema, preferences).then(
      (answer) => ({
        kind: answer.userPreferredMethodForSecondaryAuthentication ?? 'none',
        systemPreferred: answer.isSystemPreferredAuthenticationMethodEnabled,
      }),
      () => 'unknown',
    );
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

  /** Unknown types count, so that nobody is warned of removing the last method who has another one. */
  async function otherMethods(): Promise<OtherMethod[]> {
    const others = (await readList(TypeSchema, methods)).flatMap(({ '@odata.type': type }) => {
      const [, name = ''] = /^#microsoft\.graph\.(\w+)AuthenticationMethod$/.exec(type) ?? [];
      return notOther.includes(name) ? [] : (otherMethodOf[name] ?? 'other');
    });
    return [...new Set(others)];
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
