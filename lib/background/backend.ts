// What the service worker needs from an organization's identity service.
import type {
  DefaultMethod,
  DefaultMethodChoice,
  KnownMethod,
  OtherMethod,
  PhoneMethod,
  PhoneType,
} from '../shared/model/phone-method.ts';
import type { Challenge } from '../shared/model/phone-verification.ts';
import type { VerificationPurpose } from '../shared/model/stored-values.ts';

export interface Snapshot {
  methods: PhoneMethod[];
  defaultMethod: DefaultMethod | 'unknown';
}

/** Reads and changes the user's phone methods. Rejects with IdentityError only. */
export interface PhoneDirectory {
  /** Sends one request for each page of the phone methods, and one for the default method. */
  snapshot(): Promise<Snapshot>;
  enableSmsSignIn(id: string): Promise<void>;
  disableSmsSignIn(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  setDefaultMethod(choice: DefaultMethodChoice): Promise<void>;
  /** Sign-in methods other than phones and passwords. */
  otherMethods(): Promise<OtherMethod[]>;
}

/** Verifies a phone number by a one-time code from a gateway. The client creates the ids, so that it can ask again after a lost answer. */
export interface InlineVerifier {
  /** Idempotent: sends one text message per id. */
  start(
    id: string,
    request: { phoneNumber: string; type: PhoneType; purpose: VerificationPurpose },
  ): Promise<Challenge>;
  /** Rejects with `code-expired` for an unknown id. */
  get(id: string): Promise<Challenge>;
  resend(id: string): Promise<Challenge>;
  confirm(id: string, code: string): Promise<Challenge>;
  cancel(id: string): Promise<void>;
}

/** Verifies a phone number on a page of the service. */
export interface HostedVerifier {
  url(tenantId: string): string;
  /** @returns the first method that is new or whose number has changed */
  registered(before: readonly KnownMethod[], after: readonly KnownMethod[]): KnownMethod | undefined;
}
